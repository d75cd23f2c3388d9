-- One job with all that its page tells.
-- params:  job_id bigint
select
    job.*,
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
