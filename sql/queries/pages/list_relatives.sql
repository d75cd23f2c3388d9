-- Each job that a job waits for or that waits for it, on sides where there are few of them.
-- params:  job_id bigint, sides text[] (parent, child)
select
    edge.side,
    job.id,
    job.task,
    job.state,
    job.is_district,
    campus.name as campus_name
from (
    select
        'parent' as side,
        parent_id as job_id
    from job_edges
    where child_id = %(job_id)s and 'parent' = any(%(sides)s::text[])
    union all
    select
        'child' as side,
        child_id as job_id
    from job_edges
    where parent_id = %(job_id)s and 'child' = any(%(sides)s::text[])
) as edge
inner join jobs as job on job.id = edge.job_id
inner join campuses as campus on campus.campus_id = job.campus_id
order by edge.side desc, job.id
limit 24
