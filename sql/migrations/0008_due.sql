-- Jobs that wait for their time, be it a later one or the next try, wait in the ledger, not in the
-- queue: a fetch walks over every queue row that is not due yet (18.9 ms at 100,000 of them).
-- squawk-ignore require-concurrent-index-creation
create index jobs_by_due on jobs (due_at)
where state in ('scheduled', 'retrying') and due_at is not null;
