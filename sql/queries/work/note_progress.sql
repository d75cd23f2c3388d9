-- Writes how far a job is, and reads whether somebody wants it to stop. An attempt starts without
-- progress, so its first sign of it is where its pace is measured from.
-- params:  job_id bigint, done integer, total integer, text text
update jobs
set
    progress_done = %(done)s,
    progress_total = %(total)s,
    progress_text = %(text)s,
    progress_from = case when progress_done is null then %(done)s else progress_from end,
    progress_since = case when progress_done is null then clock.now() else progress_since end,
    changed_at = clock.now()
where id = %(job_id)s and state = 'running'
returning cancel_requested_by
