-- How many figures an import added or changed.
-- params:  job_id bigint
select count(*) as changed from campus_day_reported
where job_id = %(job_id)s
