-- Puts jobs whose time has come into the queue.
-- returns: seconds until the next one is due, or null
select release_due_jobs() as seconds
