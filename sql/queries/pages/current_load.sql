-- The import that is going on, or the summary that waits for the schools' figures, if any.
select
    job.id,
    job.task,
    job.state,
    job.progress_done,
    job.progress_total,
    job.blocked_by,
    (
        select count(*) from job_edges as edge
        where edge.child_id = job.id
    ) as needs_jobs
from jobs as job
where
    job.state in ('waiting', 'running', 'blocked', 'retrying', 'interrupted')
    and job.task in ('import_nyc_attendance', 'summarise_district_attendance')
order by job.task, job.id
limit 1
