-- Every try of a job, newest first.
-- params:  job_id bigint
select
    attempt,
    state,
    started_at,
    ended_at,
    worker,
    error_text,
    next_step,
    traceback,
    extract(epoch from ended_at - started_at)::float8 as took_seconds
from job_attempts
where job_id = %(job_id)s
order by attempt desc
limit 50
