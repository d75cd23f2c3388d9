-- owner: schoolbell_ledger
-- The worker's side of a job's life. Locks are always taken in the same order (queue row, lease,
-- job, children), so that a claim, a finish, a cancel and a sweep never deadlock.

-- Opens the next attempt of a claimed job; its handler's transactions carry the token.
create or replace function start_attempt(
    p_job_id bigint, p_queue_row_id bigint, p_worker text, p_token text
)
returns table (
    attempt integer, max_attempts integer, campus_id bigint, is_district boolean,
    arguments jsonb, requested_by text
)
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
#variable_conflict use_column
begin
    perform 1 from job_leases
    where job_id = p_job_id and queue_row_id = p_queue_row_id and token_hash is null
    for update;
    if not found then
        raise exception 'Job % was taken over by another worker.', p_job_id using errcode = 'SB001';
    end if;

    return query
    with opened as (
        update jobs as job
        set attempt_count = job.attempt_count + 1,
            progress_done = null, progress_total = null, progress_text = null
        where job.id = p_job_id
        returning job.*
    ),
    written as (
        insert into job_attempts (job_id, attempt, campus_id, worker, state)
        select id, attempt_count, campus_id, p_worker, 'running' from opened
    ),
    claimed as (
        update job_leases as lease
        set attempt = opened.attempt_count,
            token_hash = sha256(convert_to(p_token, 'UTF8')),
            expires_at = clock.now() + lease_length()
        from opened where lease.job_id = p_job_id
    )
    select attempt_count, max_attempts, campus_id, is_district, arguments, requested_by
    from opened;
end;
$$;

-- Takes the locks that end an attempt, and refuses a worker whose lease is no longer its own.
create or replace function hold_lease(p_job_id bigint, p_token text) returns job_leases
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
declare
    held job_leases;
begin
    perform 1 from procrastinate_jobs
    where (args ->> 'job_id')::bigint = p_job_id and status = 'doing'
    for update;
    select * into held from job_leases
    where job_id = p_job_id and token_hash = sha256(convert_to(p_token, 'UTF8'))
    for update;
    if not found then
        raise exception 'Job % was taken over by another worker.', p_job_id using errcode = 'SB001';
    end if;
    return held;
end;
$$;

-- Ends a job for good: in the same transaction as the handler's writes when it went well.
-- The end is the start plus what the worker measured: inside the closing transaction the clock
-- stands still.
create or replace function finish_job(
    p_job_id bigint, p_token text, p_seconds float8,
    p_state text,
    p_result jsonb,
    p_failed_parts jsonb,
    p_error_class text,
    p_error_text text,
    p_next_step text,
    p_traceback text
) returns void
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
declare
    held job_leases := hold_lease(p_job_id, p_token);
    end_time timestamptz;
begin
    update job_attempts as attempt
    set state = p_state, ended_at = attempt.started_at + make_interval(secs => p_seconds),
        result = p_result,
        failed_parts = p_failed_parts, error_class = p_error_class, error_text = p_error_text,
        next_step = p_next_step, traceback = p_traceback
    where attempt.job_id = p_job_id and attempt.attempt = held.attempt
    returning ended_at into end_time;

    update jobs as job
    set state = p_state, ended_at = end_time, result = p_result,
        failed_parts = p_failed_parts, error_class = p_error_class, error_text = p_error_text,
        next_step = p_next_step
    where job.id = p_job_id;

    delete from job_leases where job_id = p_job_id;
    perform procrastinate_finish_job_v1(held.queue_row_id, 'succeeded', true);
end;
$$;

-- Ends an attempt and lets the job wait for its next one; a job that is being stopped, stops.
create or replace function retry_job(
    p_job_id bigint, p_token text, p_seconds float8, p_retry_at timestamptz,
    p_error_class text, p_error_text text, p_next_step text, p_traceback text
) returns void
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
declare
    held job_leases := hold_lease(p_job_id, p_token);
begin
    if exists (select 1 from jobs where id = p_job_id and cancel_requested_by is not null) then
        perform finish_job(
            p_job_id, p_token, p_seconds, 'cancelled', null, '[]',
            p_error_class, p_error_text, p_next_step, p_traceback
        );
        return;
    end if;
    update job_attempts as attempt
    set state = 'failed', ended_at = attempt.started_at + make_interval(secs => p_seconds),
        error_class = p_error_class,
        error_text = p_error_text, next_step = p_next_step, traceback = p_traceback
    where attempt.job_id = p_job_id and attempt.attempt = held.attempt;

    update jobs as job
    set state = 'retrying', due_at = p_retry_at, error_class = p_error_class,
        error_text = p_error_text, next_step = p_next_step
    where job.id = p_job_id;

    delete from job_leases where job_id = p_job_id;
    delete from procrastinate_jobs where id = held.queue_row_id;
end;
$$;

create or replace function renew_leases(p_job_ids bigint[]) returns void
language sql security definer
set search_path = pg_catalog, public, pg_temp
as $$
    update job_leases set expires_at = clock.now() + lease_length()
    where job_id in (
        select job_id from job_leases where job_id = any(p_job_ids) order by job_id
        for update skip locked
    );
$$;

-- Marks jobs whose worker is gone as interrupted, which puts them back into the queue; a job that
-- has used all its tries has failed. Returns how many. A row that is being finished is left alone.
create or replace function sweep_expired_leases() returns integer
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
declare
    lost job_leases;
    swept integer := 0;
begin
    for lost in
        select * from job_leases where expires_at < clock.now() order by queue_row_id
    loop
        perform 1 from procrastinate_jobs where id = lost.queue_row_id for update skip locked;
        continue when not found
            and exists (select 1 from procrastinate_jobs where id = lost.queue_row_id);
        delete from job_leases where job_id = lost.job_id and expires_at < clock.now();
        continue when not found;

        update job_attempts as attempt
        set state = 'interrupted', ended_at = clock.now(),
            error_text = 'The computer that did the work stopped.'
        where attempt.job_id = lost.job_id and attempt.attempt = lost.attempt;

        update jobs as job
        set state = case
                when job.cancel_requested_by is not null then 'cancelled'
                when job.attempt_count < job.max_attempts then 'interrupted'
                else 'failed'
            end,
            ended_at = case
                when job.cancel_requested_by is null and job.attempt_count < job.max_attempts
                    then null
                else clock.now()
            end,
            error_class = 'Interrupted',
            error_text = 'The computer that did the work stopped.',
            next_step = case
                when job.cancel_requested_by is not null
                    then 'Nothing to do. Run it again when it is wanted.'
                when job.attempt_count < job.max_attempts then 'Nothing to do: it starts again by itself.'
                else 'Run it again; if it stops again, tell the district office.'
            end
        where job.id = lost.job_id;

        delete from procrastinate_jobs where id = lost.queue_row_id;
        swept := swept + 1;
    end loop;
    return swept;
end;
$$;

-- Gives a running job back because its worker is asked to stop. A deploy is nobody's failed try.
create or replace function interrupt_job(p_job_id bigint, p_token text) returns void
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
declare
    held job_leases := hold_lease(p_job_id, p_token);
begin
    update job_attempts as attempt
    set state = 'interrupted', ended_at = clock.now(),
        error_text = 'The computer was asked to stop; the work goes on by itself.'
    where attempt.job_id = p_job_id and attempt.attempt = held.attempt;

    update jobs as job
    set state = 'interrupted', max_attempts = job.max_attempts + 1
    where job.id = p_job_id;

    delete from job_leases where job_id = p_job_id;
    delete from procrastinate_jobs where id = held.queue_row_id;
end;
$$;
