-- Opens the next attempt of a job that this worker has claimed. `failed_before` are the parts that
-- failed when the job last came to an end: an attempt that was cut short named none.
-- params:  job_id bigint, queue_row_id bigint, worker text, token text
select
    opened.attempt,
    opened.max_attempts,
    opened.campus_id,
    opened.is_district,
    opened.arguments,
    opened.requested_by,
    earlier.failed_parts as failed_before
from start_attempt(%(job_id)s, %(queue_row_id)s, %(worker)s, %(token)s) as opened
left join lateral (
    select tried.failed_parts
    from job_attempts as tried
    where
        opened.attempt > 1
        and tried.job_id = %(job_id)s
        and tried.attempt < opened.attempt
        and tried.failed_parts <> '[]'
    order by tried.attempt desc
    limit 1
) as earlier on true
