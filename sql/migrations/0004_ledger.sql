-- The ledger: what people see of every job. The queue's own rows go away, these stay.
create table job_transitions (
    from_state text not null,
    to_state text not null,
    why text not null,
    primary key (from_state, to_state)
);
insert into job_transitions (from_state, to_state, why) values
('scheduled', 'waiting', 'its time has come'),
('scheduled', 'cancelled', 'somebody stopped it'),
('blocked', 'waiting', 'the jobs it needs have ended'),
('blocked', 'cancelled', 'somebody stopped it, or a job it needs did not finish'),
('waiting', 'running', 'a worker took it'),
('waiting', 'cancelled', 'somebody stopped it'),
('running', 'succeeded', 'it ended well'),
('running', 'partial', 'some of its parts failed'),
('running', 'failed', 'it stopped for good'),
('running', 'retrying', 'it failed and has tries left'),
('running', 'interrupted', 'its worker is gone'),
('running', 'cancelled', 'somebody stopped it'),
('retrying', 'running', 'a worker took it'),
('retrying', 'cancelled', 'somebody stopped it'),
('interrupted', 'running', 'a worker took it'),
('interrupted', 'cancelled', 'somebody stopped it'),
('failed', 'waiting', 'somebody ran it again'),
('partial', 'waiting', 'somebody ran it again'),
('cancelled', 'waiting', 'somebody ran it again');

create table jobs (
    id bigint generated always as identity,
    created_at timestamptz not null default clock.now(),
    campus_id bigint not null references campuses,
    category text not null check (
        category in (
            'campus', 'analytics', 'rewards', 'reports', 'notifications', 'maintenance', 'system'
        )
    ),
    task text not null,
    arguments jsonb not null default '{}',
    duplicate_key text not null default '',
    queue text not null,
    priority integer not null default 0,
    is_district boolean not null, -- runs for the whole district, not for one campus
    state text not null check (
        state in (
            'waiting', 'scheduled', 'blocked', 'running', 'retrying',
            'succeeded', 'partial', 'failed', 'cancelled', 'interrupted'
        )
    ),
    requested_by text not null,
    requested_by_account bigint,
    reason text not null,
    tries integer not null check (tries > 0), -- the task's bound: 3 means three tries
    max_attempts integer not null, -- the same bound over all attempts, raised by run again
    attempt_count integer not null default 0,
    blocked_by integer not null default 0 check (blocked_by >= 0),
    due_at timestamptz,
    started_at timestamptz,
    ended_at timestamptz,
    changed_at timestamptz not null default clock.now(),
    progress_done integer,
    progress_total integer,
    progress_text text,
    result jsonb,
    failed_parts jsonb not null default '[]',
    error_class text,
    error_text text,
    next_step text,
    cancel_requested_by text,
    cancel_reason text,
    primary key (id, created_at)
) partition by range (created_at);
create index jobs_newest on jobs (created_at desc, id desc);
create index jobs_of_campus_newest on jobs (campus_id, created_at desc, id desc);
create index jobs_by_state_newest on jobs (state, created_at desc, id desc);
create index jobs_by_category_newest on jobs (category, created_at desc, id desc);
create index jobs_live_of_task on jobs (campus_id, task, duplicate_key)
where state in ('waiting', 'scheduled', 'blocked', 'running', 'retrying', 'interrupted');

create table jobs_other_months partition of jobs default;

-- Held by a job until it first starts: the same work is never waiting twice.
create table job_keys (
    campus_id bigint not null references campuses,
    task text not null,
    duplicate_key text not null,
    job_id bigint not null,
    primary key (campus_id, task, duplicate_key)
);
create index job_keys_by_job on job_keys (job_id);

create table job_attempts (
    job_id bigint not null,
    attempt integer not null check (attempt > 0),
    started_at timestamptz not null default clock.now(),
    campus_id bigint not null references campuses,
    worker text not null,
    state text not null check (
        state in ('running', 'succeeded', 'partial', 'failed', 'cancelled', 'interrupted')
    ),
    ended_at timestamptz,
    result jsonb,
    failed_parts jsonb not null default '[]',
    error_class text,
    error_text text,
    next_step text,
    traceback text,
    primary key (job_id, attempt, started_at)
) partition by range (started_at);
create table job_attempts_other_months partition of job_attempts default;

-- A running job's claim on its work: renewed while it runs, swept when it expires.
create table job_leases (
    job_id bigint primary key,
    campus_id bigint not null references campuses,
    queue_row_id bigint not null,
    is_district boolean not null,
    attempt integer,
    token_hash bytea unique, -- sha256 of the token that the handler's transactions carry
    expires_at timestamptz not null
);
create index job_leases_by_expiry on job_leases (expires_at);

create table job_edges (
    parent_id bigint not null,
    child_id bigint not null,
    campus_id bigint not null references campuses, -- the child's
    needs text not null default 'success' check (needs in ('success', 'any outcome')),
    released_at timestamptz,
    primary key (parent_id, child_id)
);
create index job_edges_of_child on job_edges (child_id);

-- Checkpoints of a job that works in parts: a part that is here is done and is not done again.
create table job_parts (
    job_id bigint not null,
    part text not null,
    campus_id bigint not null references campuses,
    ended_at timestamptz not null default clock.now(),
    primary key (job_id, part)
);
