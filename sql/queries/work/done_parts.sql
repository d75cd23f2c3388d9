-- The parts that earlier attempts of a job have done.
-- params:  job_id bigint
select part from job_parts
where job_id = %(job_id)s
