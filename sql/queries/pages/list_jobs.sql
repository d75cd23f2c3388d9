-- Jobs of all campuses, newest first, from a key on.
-- params:  category text or null, states text[] or null, before_at timestamptz or null,
--          before_id bigint or null, most integer
select
    job.id,
    job.created_at,
    job.task,
    job.is_district,
    job.state,
    job.requested_by,
    job.changed_at,
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
    job.blocked_by,
    job.cancel_requested_by,
    job.attempt_count,
    job.max_attempts,
    job.due_at,
    job.error_text,
    job.next_step,
    extract(epoch from job.ended_at - job.started_at)::float8 as took_seconds,
    campus.name as campus_name,
    campus.sourced_id as campus
from jobs as job
inner join campuses as campus on campus.campus_id = job.campus_id
where
    (%(category)s::text is null or job.category = %(category)s)
    and (%(states)s::text[] is null or job.state = any(%(states)s))
    and (
        %(before_at)s::timestamptz is null
        or (job.created_at, job.id) < (%(before_at)s::timestamptz, %(before_id)s::bigint)
    )
order by job.created_at desc, job.id desc
limit %(most)s
