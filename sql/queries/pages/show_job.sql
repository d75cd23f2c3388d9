-- One job with all that its page tells.
-- params:  job_id bigint
select
    job.*,
    clock.now() as now,
    (
        select count(*) from job_edges as edge
        where edge.child_id = job.id
    ) as needs_jobs
from shown_jobs as job
where job.id = %(job_id)s
