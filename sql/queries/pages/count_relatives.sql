-- How many jobs a job waits for and how many wait for it, by kind and state; only those that the
-- asker sees.
-- params:  job_id bigint
-- returns: side (parent, child), task, state, jobs
select
    edge.side,
    job.task,
    job.state,
    count(*)::integer as jobs
from (
    select
        'parent' as side,
        parent_id as job_id
    from job_edges
    where child_id = %(job_id)s
    union all
    select
        'child' as side,
        child_id as job_id
    from job_edges
    where parent_id = %(job_id)s
) as edge
inner join jobs as job on job.id = edge.job_id
group by edge.side, job.task, job.state
order by edge.side, job.task, job.state
