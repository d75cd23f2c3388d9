-- owner: schoolbell_ledger
-- What follows when ledger rows change: the queue gets what is waiting, keys are held and given
-- back, children are released or cancelled. Statement triggers: one pass however many rows.

-- The one place where work enters Procrastinate's queue; the queue's insert wakes a worker.
create or replace function put_into_queue(waiting jobs[]) returns void
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
begin
    perform procrastinate_defer_jobs_v1(array_agg(
        row(
            job.queue, job.task, job.priority,
            job.task || ':' || job.campus_id || ':' || job.duplicate_key,
            null, jsonb_build_object('job_id', job.id), null
        )::procrastinate_job_to_defer_v1
        order by job.id
    ))
    from unnest(waiting) as job
    having count(*) > 0;
end;
$$;

create or replace function follow_job_insert() returns trigger
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
begin
    insert into job_keys (campus_id, task, duplicate_key, job_id)
    select campus_id, task, duplicate_key, id from new_rows
    where state in ('waiting', 'scheduled', 'blocked');

    perform put_into_queue(array(select new_rows::jobs from new_rows where state = 'waiting'));
    perform tell_of_due_jobs() from new_rows where due_at is not null having count(*) > 0;

    insert into audit_log (campus_id, actor, action, object, reason, outcome)
    select campus_id, requested_by, 'start ' || task, 'job ' || id, reason, 'done'
    from new_rows
    where requested_by_account is not null;
    return null;
end;
$$;

create or replace function follow_job_update() returns trigger
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if not exists (
        select 1 from new_rows inner join old_rows using (id)
        where new_rows.state <> old_rows.state or new_rows.due_at is distinct from old_rows.due_at
    ) then
        return null;
    end if;

    delete from job_keys
    using new_rows
    where job_keys.job_id = new_rows.id
        and new_rows.state not in ('waiting', 'scheduled', 'blocked');

    insert into job_keys (campus_id, task, duplicate_key, job_id)
    select new_rows.campus_id, new_rows.task, new_rows.duplicate_key, new_rows.id
    from new_rows inner join old_rows using (id)
    where new_rows.state in ('waiting', 'blocked')
        and old_rows.state in ('failed', 'partial', 'cancelled');

    perform put_into_queue(array(
        select new_rows::jobs
        from new_rows inner join old_rows using (id)
        where new_rows.state in ('waiting', 'interrupted') and new_rows.state <> old_rows.state
            -- the next try's time has come
            or new_rows.state = 'retrying' and new_rows.due_at is null
            and old_rows.state = 'retrying' and old_rows.due_at is not null
    ));
    perform tell_of_due_jobs() from new_rows
    where state in ('scheduled', 'retrying') and due_at is not null having count(*) > 0;

    perform release_children(array(
        select new_rows.id
        from new_rows inner join old_rows using (id)
        where new_rows.state <> old_rows.state
            and new_rows.state in ('succeeded', 'partial', 'failed', 'cancelled')
    ));
    return null;
end;
$$;

-- Wakes the workers' keepers, which wait for the earliest time they know of.
create or replace function tell_of_due_jobs() returns void
language sql security definer
set search_path = pg_catalog, public, pg_temp
as $$
    select pg_notify('schoolbell_due', '');
$$;

-- Puts jobs whose time has come into the queue, which wakes a worker; returns the seconds until the
-- next one is due, or null when none is waiting for its time. Two callers never take the same job.
create or replace function release_due_jobs() returns float8
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
begin
    update jobs as job
    set state = case job.state when 'scheduled' then 'waiting' else job.state end,
        due_at = null
    where (job.id, job.created_at) in (
        select due.id, due.created_at from jobs as due
        where due.state in ('scheduled', 'retrying') and due.due_at <= clock.now()
        order by due.due_at
        limit 1000
        for update skip locked
    );
    return (
        select extract(epoch from min(due.due_at) - clock.now())::float8 from jobs as due
        where due.state in ('scheduled', 'retrying') and due.due_at is not null
    );
end;
$$;

-- A parent that ended well lets its children go when it was the last; one that did not end well
-- takes them with it, unless the edge says that any outcome will do. Each edge counts once, and
-- children are locked in id order, so that parents ending together cannot deadlock.
create or replace function release_children(ended_ids bigint[]) returns void
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if not exists (select 1 from job_edges where parent_id = any(ended_ids)) then
        return;
    end if;
    perform 1 from jobs
    where id in (select child_id from job_edges where parent_id = any(ended_ids))
    order by id for update;

    with counted as (
        update job_edges as edge
        set released_at = clock.now()
        from jobs as parent
        where edge.parent_id = any(ended_ids)
            and edge.released_at is null
            and parent.id = edge.parent_id
        returning
            edge.child_id,
            edge.parent_id,
            parent.state in ('succeeded', 'partial') or edge.needs = 'any outcome' as satisfied
    ),
    touched as (
        select
            child_id,
            count(*) filter (where satisfied) as satisfied,
            min(parent_id) filter (where not satisfied) as refused_by
        from counted group by child_id
    )
    update jobs as child
    set blocked_by = child.blocked_by - touched.satisfied,
        state = case
            when touched.refused_by is not null then 'cancelled'
            when child.blocked_by = touched.satisfied then 'waiting'
            else 'blocked'
        end,
        ended_at = case when touched.refused_by is not null then clock.now() end,
        cancel_requested_by = case when touched.refused_by is not null then 'Schoolbell' end,
        cancel_reason = case
            when touched.refused_by is not null
                then 'Job ' || touched.refused_by || ', which it needs, did not finish.'
        end
    from touched
    where child.id = touched.child_id and child.state = 'blocked';
end;
$$;
