-- Stops a job: a waiting one at once, a running one within seconds.
-- params:  job_id bigint, reason text
-- returns: state
select cancel_job(%(job_id)s::bigint, %(reason)s) as state
