-- Reported attendance, what is computed from it, and the list of what must be computed again.
create table import_files (
    file_id bigint generated always as identity primary key,
    campus_id bigint not null references campuses,
    name text not null,
    attendance_sha256 text not null,
    attendance bytea not null,
    schools bytea,
    uploaded_by text not null,
    uploaded_at timestamptz not null default clock.now()
);

create table campus_day_reported (
    campus_id bigint not null references campuses,
    school_date date not null,
    source text not null,
    percent numeric check (percent between 0 and 100),
    state text not null check (state in ('reported', 'not_submitted', 'no_session')),
    job_id bigint not null,
    primary key (campus_id, school_date, source),
    check ((state = 'reported') = (percent is not null))
);
create index campus_day_reported_by_day on campus_day_reported (school_date, campus_id);

-- What the district's days were: how many schools reported, and whether the day was a low one.
create table district_days (
    campus_id bigint not null references campuses,
    school_date date not null,
    kind text not null check (kind in ('district_day', 'partial', 'no_session')),
    reporting_schools integer not null,
    listed_schools integer not null,
    mean_percent numeric(7, 4),
    is_low boolean not null default false,
    job_id bigint not null,
    primary key (campus_id, school_date)
);

create table metric_campus_period (
    campus_id bigint not null references campuses,
    grain text not null,
    period_key text not null,
    metric text not null,
    dimension text not null default '', -- what the member is one of: weekday, borough, ...
    member text not null default '',
    n integer not null,
    value numeric,
    null_reason text,
    as_of date,
    job_id bigint not null,
    definition integer not null default 1,
    primary key (campus_id, grain, period_key, metric, dimension, member),
    check (value is not null or null_reason is not null)
);
create index metric_campus_period_by_metric
on metric_campus_period (metric, grain, period_key, dimension, campus_id);

create table metric_dirty (
    campus_id bigint not null references campuses,
    grain text not null,
    period_key text not null,
    since timestamptz not null default clock.now(),
    primary key (campus_id, grain, period_key)
);
