-- Which of these running jobs somebody wants to stop, and who.
-- params:  job_ids bigint[]
select
    id,
    cancel_requested_by
from jobs
where id = any(%(job_ids)s::bigint[]) and state = 'running' and cancel_requested_by is not null
