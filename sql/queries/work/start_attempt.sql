-- Opens the next attempt of a job that this worker has claimed.
-- params:  job_id bigint, queue_row_id bigint, worker text, token text
select
    attempt,
    max_attempts,
    campus_id,
    is_district,
    arguments,
    requested_by
from start_attempt(%(job_id)s, %(queue_row_id)s, %(worker)s, %(token)s)
