-- The district and its campuses. One installation is one district, itself a row of campuses.
create table campuses (
    campus_id bigint generated always as identity primary key,
    district_campus_id bigint references campuses,
    kind text not null check (kind in ('district', 'school')),
    sourced_id text not null unique,
    name text not null,
    borough text not null default '',
    time_zone text not null,
    made_up boolean not null default false,
    created_at timestamptz not null default clock.now(),
    check ((kind = 'district') = (district_campus_id is null))
);
create unique index campuses_one_district on campuses (kind) where kind = 'district';
create index campuses_by_name on campuses (name, campus_id);

create table academic_sessions (
    campus_id bigint not null references campuses,
    sourced_id text not null,
    title text not null,
    type text not null check (type in ('gradingPeriod', 'semester', 'schoolYear', 'term')),
    start_date date not null,
    end_date date not null check (end_date > start_date), -- exclusive, as in OneRoster
    school_year integer not null,
    primary key (campus_id, sourced_id)
);
