-- Says that this worker still works on these jobs.
-- params:  job_ids bigint[]
select renew_leases(%(job_ids)s::bigint[])
