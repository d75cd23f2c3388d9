-- Which of some jobs waits for which.
-- params:  job_ids bigint[]
select
    parent_id,
    child_id
from job_edges
where parent_id = any(%(job_ids)s::bigint[]) and child_id = any(%(job_ids)s::bigint[])
order by parent_id, child_id
