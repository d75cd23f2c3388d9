-- The job that already waits for the same work, with who asked for it.
-- params:  campus_id bigint, task text, duplicate_key text
select
    job.id,
    job.requested_by,
    job.created_at
from job_keys as held
inner join jobs as job on job.id = held.job_id
where
    held.campus_id = %(campus_id)s
    and held.task = %(task)s
    and held.duplicate_key = %(duplicate_key)s
