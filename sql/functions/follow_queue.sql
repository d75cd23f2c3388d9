-- owner: schoolbell_ledger
-- What the queue does to its rows, the ledger follows: a claim, an end, another try. Our worker
-- ends its jobs through finish_job; the other branches keep the ledger true when Procrastinate's
-- own commands or a stock worker touch the queue.

create or replace function lease_length() returns interval
language sql stable
set search_path = pg_catalog, public, pg_temp
as $$
    select make_interval(
        secs => coalesce(nullif(current_setting('schoolbell.lease_seconds', true), '')::float8, 30)
    );
$$;

create or replace function follow_queue_update() returns trigger
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if not exists (
        select 1 from new_rows inner join old_rows using (id)
        where (new_rows.status, new_rows.abort_requested)
                <> (old_rows.status, old_rows.abort_requested)
            and new_rows.args ? 'job_id'
    ) then
        return null;
    end if;

    update jobs as job
    set cancel_requested_by = 'a command to the queue'
    from new_rows inner join old_rows using (id)
    where new_rows.abort_requested
        and not old_rows.abort_requested
        and new_rows.status = 'doing'
        and job.id = (new_rows.args ->> 'job_id')::bigint
        and job.cancel_requested_by is null;
    if found then
        perform pg_notify('schoolbell_stop', '');
    end if;

    with claimed as (
        select (new_rows.args ->> 'job_id')::bigint as job_id, new_rows.id as queue_row_id
        from new_rows inner join old_rows using (id)
        where old_rows.status = 'todo' and new_rows.status = 'doing' and new_rows.args ? 'job_id'
    ),
    started as (
        update jobs as job
        set state = 'running', started_at = clock.now(), ended_at = null, due_at = null
        from claimed
        where job.id = claimed.job_id and job.state in ('waiting', 'retrying', 'interrupted')
        returning job.id, job.campus_id, job.is_district, claimed.queue_row_id
    ),
    leased as (
        insert into job_leases (job_id, campus_id, is_district, queue_row_id, expires_at)
        select id, campus_id, is_district, queue_row_id, clock.now() + lease_length()
        from started
    )
    -- A row whose job may not run (an ended one that was retried by hand) would stop every worker.
    delete from procrastinate_jobs as row
    using claimed
    where row.id = claimed.queue_row_id
        and not exists (select 1 from started where started.queue_row_id = row.id);

    with moved as (
        select
            (new_rows.args ->> 'job_id')::bigint as job_id,
            case new_rows.status
                when 'todo' then 'retrying'
                when 'succeeded' then 'succeeded'
                when 'failed' then 'failed'
                else 'cancelled'
            end as state,
            new_rows.scheduled_at
        from new_rows inner join old_rows using (id)
        where new_rows.status <> old_rows.status
            and new_rows.status <> 'doing'
            and new_rows.args ? 'job_id'
    )
    update jobs as job
    set state = moved.state,
        due_at = moved.scheduled_at,
        ended_at = case when moved.state <> 'retrying' then clock.now() end
    from moved
    where job.id = moved.job_id
        and job.state in ('waiting', 'running', 'retrying', 'interrupted')
        and job.state <> moved.state;

    perform close_attempts(array(
        select (new_rows.args ->> 'job_id')::bigint from new_rows
        where new_rows.status <> 'doing' and new_rows.args ? 'job_id'
    ));
    return null;
end;
$$;

-- A row that is deleted while it is being worked on has succeeded: delete_jobs is "successful".
create or replace function follow_queue_delete() returns trigger
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
begin
    update jobs as job
    set state = case when old_rows.status = 'doing' then 'succeeded' else 'cancelled' end,
        ended_at = clock.now()
    from old_rows
    where old_rows.status in ('todo', 'doing')
        and job.id = (old_rows.args ->> 'job_id')::bigint
        and job.state = any(
            case
                when old_rows.status = 'doing' then array['running']
                else array['waiting', 'retrying', 'interrupted']
            end
        )
        and not exists (
            select 1 from procrastinate_jobs as other
            where (other.args ->> 'job_id')::bigint = job.id
        );

    perform close_attempts(array(
        select (args ->> 'job_id')::bigint from old_rows
        where status = 'doing' and args ? 'job_id'
    ));
    return null;
end;
$$;

-- An attempt that is still open when its job no longer runs takes over what became of the job.
create or replace function close_attempts(ended_ids bigint[]) returns void
language sql security definer
set search_path = pg_catalog, public, pg_temp
as $$
    with closed as (
        delete from job_leases as lease
        using jobs as job
        where lease.job_id = any(ended_ids) and job.id = lease.job_id and job.state <> 'running'
        returning lease.job_id, lease.attempt, job.state
    )
    update job_attempts as attempt
    set state = case
            when closed.state in ('retrying', 'waiting') then 'failed' else closed.state
        end,
        ended_at = clock.now()
    from closed
    where attempt.job_id = closed.job_id
        and attempt.attempt = closed.attempt
        and attempt.state = 'running';
$$;
