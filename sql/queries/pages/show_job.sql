-- One job with all that its page tells.
-- params:  job_id bigint
select
    job.*,
    job.error_class is null or job.error_class not in ('InvalidInputError', 'InvalidJobError')
        as is_worth_again,
    extract(epoch from clock.now() - job.progress_since)::float8 as progress_seconds,
    extract(epoch from clock.now() - job.started_at)::float8 as running_seconds,
    case
        when job.state = 'running' and job.progress_total > 0
            then usual_seconds(job.task, job.campus_id)
    end as usual_seconds,
    extract(epoch from job.ended_at - job.started_at)::float8 as took_seconds,
    campus.name as campus_name,
    campus.sourced_id as campus,
    campus.kind as campus_kind,
    clock.now() as now,
    campus.time_zone as zone,
    (
        select count(*) from job_edges as edge
        where edge.child_id = job.id
    ) as needs_jobs,
    job.state in ('succeeded', 'partial', 'failed', 'cancelled') as is_over
from jobs as job
inner join campuses as campus on campus.campus_id = job.campus_id
where job.id = %(job_id)s
