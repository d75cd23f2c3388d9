-- owner: schoolbell_ledger
-- What people may do to a job that is there already. The asker's right is checked here, whatever
-- the page did: a job that the asker cannot see does not exist.

create or replace function hold_job_for_asker(p_job_id bigint) returns jobs
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
declare
    held jobs;
begin
    perform 1 from procrastinate_jobs
    where (args ->> 'job_id')::bigint = p_job_id for update;
    select * into held from jobs
    where id = p_job_id and ((select is_district()) or campus_id = any(visible_campuses()))
    for update;
    if not found then
        raise exception 'There is no job %.', p_job_id using errcode = 'no_data_found';
    end if;
    if not (
        (select is_district())
        or held.campus_id = any(startable_campuses()) and not held.is_district
    ) then
        raise exception 'You may look at this campus''s jobs but not change them.'
            using errcode = 'insufficient_privilege';
    end if;
    return held;
end;
$$;

-- Stops a waiting job at once, and has a running one stopped by its keeper. Returns the state.
create or replace function cancel_job(p_job_id bigint, p_reason text) returns text
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
declare
    held jobs := hold_job_for_asker(p_job_id);
    new_state text := held.state;
begin
    if held.state in ('succeeded', 'partial', 'failed', 'cancelled') then
        return held.state;
    end if;
    if held.state = 'running' then
        perform pg_notify('schoolbell_stop', p_job_id::text);
    else
        new_state := 'cancelled';
    end if;
    update jobs as job
    set cancel_requested_by = asker_name(),
        cancel_reason = p_reason,
        state = new_state,
        changed_at = clock.now(),
        ended_at = case when new_state = 'cancelled' then clock.now() end
    where job.id = p_job_id;
    delete from procrastinate_jobs
    where (args ->> 'job_id')::bigint = p_job_id and status = 'todo';

    insert into audit_log (campus_id, actor, action, object, reason, outcome)
    values (
        held.campus_id, asker_name(), 'cancel ' || held.task, 'job ' || p_job_id, p_reason, 'done'
    );
    return new_state;
end;
$$;

-- Lets a job that did not end well run once more; its earlier attempts stay. It waits again for
-- the jobs it needs that have not ended: a parent that is running again counts again. Raises
-- unique_violation, with the other job's number as its detail, when the same work already waits
-- or is being done.
create or replace function run_job_again(p_job_id bigint, p_reason text) returns void
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
declare
    held jobs := hold_job_for_asker(p_job_id);
    twin bigint;
    waited_for integer;
begin
    if held.state not in ('failed', 'partial', 'cancelled') then
        raise exception 'Job % cannot run again while it is %.', p_job_id, held.state
            using errcode = 'check_violation';
    end if;
    select min(job.id) into twin from jobs as job
    where (job.campus_id, job.task, job.duplicate_key)
        = (held.campus_id, held.task, held.duplicate_key)
        and job.state in ('waiting', 'scheduled', 'blocked', 'running', 'retrying', 'interrupted')
        and job.cancel_requested_by is null;
    if twin is not null then
        raise exception 'The same work is already waiting or being done.'
            using errcode = 'unique_violation', detail = twin::text;
    end if;

    update job_edges as edge
    set released_at = null
    from jobs as parent
    where edge.child_id = p_job_id
        and parent.id = edge.parent_id
        and parent.state not in ('succeeded', 'partial', 'failed', 'cancelled');
    get diagnostics waited_for = row_count;

    update jobs as job
    set state = case when waited_for > 0 then 'blocked' else 'waiting' end,
        blocked_by = waited_for,
        max_attempts = job.attempt_count + job.tries,
        ended_at = null, started_at = null, result = null, failed_parts = '[]',
        error_class = null, error_text = null, next_step = null,
        cancel_requested_by = null, cancel_reason = null,
        progress_done = null, progress_total = null, progress_text = null
    where job.id = p_job_id;

    insert into audit_log (campus_id, actor, action, object, reason, outcome)
    values (
        held.campus_id, asker_name(), 'run again ' || held.task, 'job ' || p_job_id, p_reason,
        'done'
    );
end;
$$;

-- Makes a job that was just added, and is still blocked, wait for its parents. Parents that have
-- already ended count as they do when they end: well or badly. A job that others already wait for
-- is refused, and so is a job that would wait for itself, so that no circle can arise.
create or replace function wait_for(p_child_id bigint, p_parent_ids bigint[], p_needs text)
returns void
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
declare
    child jobs := hold_job_for_asker(p_child_id);
    waited_for integer;
    refused_by bigint;
begin
    if child.state <> 'blocked'
        or p_child_id = any(p_parent_ids)
        or exists (select 1 from job_edges where parent_id = p_child_id)
    then
        raise exception 'Job % can no longer be made to wait for others.', p_child_id
            using errcode = 'check_violation';
    end if;
    if exists (
        select 1 from unnest(p_parent_ids) as asked
        where not exists (
            select 1 from jobs
            where id = asked
                and ((select is_district()) or campus_id = any(visible_campuses()))
        )
    ) then
        raise exception 'A job to wait for does not exist.' using errcode = 'no_data_found';
    end if;
    perform 1 from jobs where id = any(p_parent_ids) order by id for share;

    insert into job_edges (parent_id, child_id, campus_id, needs)
    select parent.id, p_child_id, child.campus_id, p_needs
    from jobs as parent
    where parent.id = any(p_parent_ids)
        and parent.state not in ('succeeded', 'partial', 'failed', 'cancelled');
    get diagnostics waited_for = row_count;

    select min(parent.id) into refused_by
    from jobs as parent
    where p_needs = 'success'
        and parent.id = any(p_parent_ids)
        and parent.state in ('failed', 'cancelled');

    update jobs as job
    set blocked_by = job.blocked_by + waited_for,
        state = case
            when refused_by is not null then 'cancelled'
            when job.blocked_by + waited_for > 0 then 'blocked'
            else 'waiting'
        end,
        ended_at = case when refused_by is not null then clock.now() end,
        cancel_requested_by = case when refused_by is not null then 'Schoolbell' end,
        cancel_reason = case
            when refused_by is not null
                then 'Job ' || refused_by || ', which it needs, did not finish.'
        end
    where job.id = p_child_id;
end;
$$;
