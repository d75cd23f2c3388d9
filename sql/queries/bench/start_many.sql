-- Opens the first attempt of every job that is claimed.
select
    start_attempt(
        lease.job_id, lease.queue_row_id, 'bench', 'bench ' || lease.job_id
    )
from job_leases as lease
where lease.attempt is null
