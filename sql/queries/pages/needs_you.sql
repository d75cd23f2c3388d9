-- Jobs of the last 30 days that did not end well and that no later job has made good, newest first.
-- params:  most integer
select
    job.id,
    job.task,
    job.state,
    job.error_text,
    job.next_step,
    job.ended_at,
    job.is_district,
    campus.name as campus_name,
    campus.sourced_id as campus
from jobs as job
inner join campuses as campus on campus.campus_id = job.campus_id
where
    job.state in ('failed', 'partial')
    and job.created_at > clock.now() - interval '30 days'
    and not exists (
        select 1 from jobs as later
        where
            later.campus_id = job.campus_id
            and later.task = job.task
            and later.duplicate_key = job.duplicate_key
            and later.created_at > job.created_at
            and later.state = 'succeeded'
    )
order by job.created_at desc, job.id desc
limit %(most)s
