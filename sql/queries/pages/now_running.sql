-- What is being worked on, longest first.
-- params:  most integer
select
    job.id,
    job.task,
    job.state,
    job.started_at,
    job.due_at,
    job.is_district,
    job.progress_done,
    job.progress_total,
    job.progress_text,
    job.cancel_requested_by,
    job.attempt_count,
    job.max_attempts,
    campus.name as campus_name
from jobs as job
inner join campuses as campus on campus.campus_id = job.campus_id
where job.state in ('running', 'retrying', 'interrupted')
order by job.started_at, job.id
limit %(most)s
