-- Ends a job for good: ledger, attempt, lease and queue row in the caller's transaction.
-- params:  job_id, token, seconds, state, result, failed_parts, error_class, error_text,
--          next_step, traceback
select
    finish_job(
        %(job_id)s, %(token)s, %(seconds)s, %(state)s, %(result)s, %(failed_parts)s,
        %(error_class)s, %(error_text)s, %(next_step)s, %(traceback)s
    )
