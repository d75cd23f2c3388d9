-- The queue is Procrastinate's and still empty here; these are the indexes and switches that our
-- ledger needs beside it.
-- The event triggers are off because the ledger is the history (docs/decisions/0003-ledger.md).
alter table procrastinate_jobs disable trigger procrastinate_trigger_status_events_update_v1;
alter table procrastinate_jobs disable trigger procrastinate_trigger_status_events_insert_v1;
alter table procrastinate_jobs disable trigger procrastinate_trigger_scheduled_events_v1;
alter table procrastinate_jobs disable trigger procrastinate_trigger_abort_requested_events_v1;

-- squawk-ignore require-concurrent-index-creation
create index procrastinate_jobs_by_ledger_job
on procrastinate_jobs (((args ->> 'job_id')::bigint));

-- A fetch among waiters of one busy lock reads this instead of the whole backlog.
-- squawk-ignore require-concurrent-index-creation
create index procrastinate_jobs_by_lock
on procrastinate_jobs (lock)
where lock is not null and status in ('todo', 'doing');
