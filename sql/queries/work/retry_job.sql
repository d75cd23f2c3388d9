-- Ends an attempt and lets its job wait for the next one.
-- params:  job_id, token, seconds, wait_seconds, error_class, error_text, next_step, traceback
select
    retry_job(
        %(job_id)s, %(token)s, %(seconds)s, clock.now() + make_interval(secs => %(wait_seconds)s),
        %(error_class)s, %(error_text)s, %(next_step)s, %(traceback)s
    )
