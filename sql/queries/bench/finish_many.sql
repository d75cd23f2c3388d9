-- Ends every job that was started here.
select
    finish_job(
        lease.job_id, 'bench ' || lease.job_id, 1, 'succeeded', '{}', '[]', null, null, null, null
    )
from job_leases as lease
where lease.attempt is not null
