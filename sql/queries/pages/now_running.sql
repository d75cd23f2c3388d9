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
    job.progress_from,
    extract(epoch from clock.now() - job.progress_since)::float8 as progress_seconds,
    extract(epoch from clock.now() - job.started_at)::float8 as running_seconds,
    case
        when job.state = 'running' and job.progress_total > 0
            then usual_seconds(job.task, job.campus_id)
    end as usual_seconds,
    job.cancel_requested_by,
    job.attempt_count,
    job.max_attempts,
    campus.name as campus_name
from jobs as job
inner join campuses as campus on campus.campus_id = job.campus_id
where job.state in ('running', 'retrying', 'interrupted')
order by job.started_at, job.id
limit %(most)s
