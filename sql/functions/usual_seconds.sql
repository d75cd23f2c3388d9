-- How long a task's jobs at one campus take: the median of the last 20 that ended well, among those
-- that the asker sees; null before the first.
create or replace function usual_seconds(p_task text, p_campus_id bigint) returns float8
language sql stable
set search_path = pg_catalog, public, pg_temp
as $$
    select percentile_cont(0.5) within group (order by extract(epoch from took)::float8)
    from (
        select job.ended_at - job.started_at as took
        from jobs as job
        where job.task = p_task
            and job.campus_id = p_campus_id
            and job.state = 'succeeded'
            and job.started_at is not null
        order by job.created_at desc
        limit 20
    ) as latest;
$$;
