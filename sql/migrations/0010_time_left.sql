-- Where and when the running attempt's progress began: what it did since tells its pace.
alter table jobs add column progress_from integer;
alter table jobs add column progress_since timestamptz;

-- How long a campus's jobs of one task usually take is read from the last that ended well.
-- squawk-ignore require-concurrent-index-creation
create index jobs_succeeded_of_task on jobs (task, campus_id, created_at desc)
where state = 'succeeded';
