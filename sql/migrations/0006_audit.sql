-- Who did what, and why; also what was refused. Rows are only ever added.
create table audit_log (
    entry_id bigint generated always as identity primary key,
    at timestamptz not null default clock.now(),
    campus_id bigint not null references campuses,
    actor text not null,
    action text not null,
    object text not null,
    reason text not null,
    outcome text not null check (outcome in ('done', 'refused'))
);
create index audit_log_of_campus on audit_log (campus_id, at desc, entry_id desc);
