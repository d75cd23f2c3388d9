-- Who may sign in, as what, and the sessions that are open. Only schoolbell_signin reads these.
create table accounts (
    account_id bigint generated always as identity primary key,
    login text not null unique,
    name text not null,
    password_hash text not null,
    theme text not null default 'auto' check (theme in ('auto', 'light', 'dark')),
    created_at timestamptz not null default clock.now(),
    disabled_at timestamptz
);

create table account_roles (
    account_id bigint not null references accounts on delete cascade,
    role text not null check (
        role in ('district_admin', 'campus_lead', 'campus_admin', 'campus_viewer', 'auditor')
    ),
    campus_id bigint references campuses,
    check ((role = 'district_admin') = (campus_id is null))
);
create unique index account_roles_once
on account_roles (account_id, role, coalesce(campus_id, 0));

create table web_sessions (
    token_hash bytea primary key, -- sha256 of the token that the browser holds
    account_id bigint not null references accounts on delete cascade,
    actor text, -- the person behind a shared account: the command line's operating system user
    created_at timestamptz not null default clock.now(),
    seen_at timestamptz not null default clock.now(),
    expires_at timestamptz not null
);
create index web_sessions_by_expiry on web_sessions (expires_at);

-- Failed sign-ins of the last minutes, to slow down guessing.
create table signin_failures (
    login text not null,
    failed_at timestamptz not null default clock.now()
);
create index signin_failures_by_login on signin_failures (login, failed_at);
