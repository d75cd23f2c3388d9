-- Who asked for a live job, when, and when it should be ready, in its campus's time; ready is null
-- where nobody can know: before the first such job ended well, or while it waits for others.
-- How long it takes is the median of the last 20 at the campus, else of the last 20 anywhere that
-- the asker sees.
-- params:  job_id bigint
with asked_for as (
    select
        job.*,
        campus.time_zone
    from jobs as job
    inner join campuses as campus on campus.campus_id = job.campus_id
    where job.id = %(job_id)s
),

anywhere as (
    select
        percentile_cont(0.5) within group (
            order by extract(epoch from latest.took)::float8
        ) as seconds
    from (
        select ended_at - started_at as took
        from jobs
        where task = (select asked_for.task from asked_for) and state = 'succeeded'
        order by created_at desc
        limit 20
    ) as latest
),

told as (
    select
        job.requested_by,
        timezone(job.time_zone, job.created_at) as asked_at,
        timezone(job.time_zone, clock.now()) as now,
        timezone(
            job.time_zone,
            case
                when job.state = 'running' then job.started_at
                when job.state <> 'blocked' then greatest(job.due_at, clock.now())
            end
        ) + make_interval(
            secs => coalesce(
                usual_seconds(job.task, job.campus_id),
                (select anywhere.seconds from anywhere)
            )
        ) as ready_at
    from asked_for as job
)

select
    requested_by,
    to_char(
        asked_at,
        case when asked_at::date <> now::date then '"on "Dy FMDD Mon ' else '' end
        || '"at "FMHH12:MI am'
    ) as asked,
    case
        when ready_at <= now then 'at any moment'
        else to_char(
            ready_at,
            '"about "' || case when ready_at::date <> now::date then 'Dy ' else '' end
            || 'FMHH12:MI am'
        )
    end as ready
from told
