-- What a job says of its work, line by line, by attempt. For admins: never a pupil's name or mark.
create table job_log_lines (
    line_id bigint generated always as identity,
    campus_id bigint not null references campuses,
    job_id bigint not null,
    attempt integer not null,
    at timestamptz not null default clock.now(),
    text text not null check (length(text) <= 500),
    primary key (job_id, attempt, line_id)
);
