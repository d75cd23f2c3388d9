-- Jobs of some campuses, newest first, from a key on: each campus's newest, merged, so that a
-- campus without new jobs never walks the whole list (performance.md section 4).
-- params:  campus_ids bigint[], category text or null, states text[] or null,
--          before_at timestamptz or null, before_id bigint or null, most integer
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
    job.error_class is null or job.error_class not in ('InvalidInputError', 'InvalidJobError')
        as is_worth_again,
    job.next_step,
    extract(epoch from job.ended_at - job.started_at)::float8 as took_seconds,
    campus.name as campus_name,
    campus.sourced_id as campus
from unnest(%(campus_ids)s::bigint[]) as wanted (campus_id)
inner join campuses as campus on campus.campus_id = wanted.campus_id
cross join
    lateral (
        select newest.*
        from jobs as newest
        where
            newest.campus_id = wanted.campus_id
            and (%(category)s::text is null or newest.category = %(category)s)
            and (%(states)s::text[] is null or newest.state = any(%(states)s))
            and (
                %(before_at)s::timestamptz is null
                or (newest.created_at, newest.id)
                < (%(before_at)s::timestamptz, %(before_id)s::bigint)
            )
        order by newest.created_at desc, newest.id desc
        limit %(most)s
    ) as job
order by job.created_at desc, job.id desc
limit %(most)s
