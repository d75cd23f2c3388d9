-- Lets a job that did not end well run once more.
-- params:  job_id bigint, reason text
select run_job_again(%(job_id)s::bigint, %(reason)s)
