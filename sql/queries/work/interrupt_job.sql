-- Gives a job back because this worker is asked to stop; the attempt does not count against it.
-- params:  job_id bigint, token text
select interrupt_job(%(job_id)s, %(token)s)
