-- The oldest job that already does, or will do, the same work; one that is being stopped does not.
-- A running job holds no key (docs/decisions/0003-ledger.md), so the jobs themselves are read.
-- params:  campus_id bigint, task text, duplicate_key text, other_than bigint[]
select min(job.id) as id
from jobs as job
where
    job.campus_id = %(campus_id)s
    and job.task = %(task)s
    and job.duplicate_key = %(duplicate_key)s
    and job.state in ('waiting', 'scheduled', 'blocked', 'running', 'retrying', 'interrupted')
    and job.cancel_requested_by is null
    and job.id <> all(%(other_than)s::bigint[])
