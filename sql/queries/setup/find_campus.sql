-- params:  sourced_id text
select campus_id from campuses
where sourced_id = %(sourced_id)s
