-- Where a campus has no job of a task yet, how long one takes is read from the last ones anywhere.
-- squawk-ignore require-concurrent-index-creation
create index jobs_succeeded_newest_of_task on jobs (task, created_at desc)
where state = 'succeeded';
