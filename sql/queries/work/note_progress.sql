-- Writes how far a job is, and reads whether somebody wants it to stop.
-- params:  job_id bigint, done integer, total integer, text text
update jobs
set
    progress_done = %(done)s,
    progress_total = %(total)s,
    progress_text = %(text)s,
    changed_at = clock.now()
where id = %(job_id)s and state = 'running'
returning cancel_requested_by
