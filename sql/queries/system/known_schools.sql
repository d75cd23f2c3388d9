-- The numbers of the schools on record, made-up ones left out.
select sourced_id from campuses
where kind = 'school' and not made_up
