-- Tells the planner what a bulk load has just changed: until then it takes the tables for empty,
-- and a sum over one school year ran for minutes instead of a second (autovacuum comes too late).
create or replace function analyze_after_bulk() returns void
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
begin
    analyze campuses, campus_day_reported;
end;
$$;

-- The same for the queue and its ledger after many jobs were started at once: a fetch from a table
-- that was never analysed sorts its whole backlog.
create or replace function analyze_queue() returns void
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
begin
    analyze procrastinate_jobs, jobs, job_keys, job_edges;
end;
$$;
