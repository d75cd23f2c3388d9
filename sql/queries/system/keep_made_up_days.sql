-- Keeps the made-up campus's figures and its school year, which ends with the next July.
-- params:  campus_id bigint, job_id bigint, days date[], percents numeric[], first_day date
-- returns: school_year
with kept as (
    insert into campus_day_reported (campus_id, school_date, source, percent, state, job_id)
    select
        %(campus_id)s,
        listed.day,
        'made up',
        listed.percent,
        'reported',
        %(job_id)s
    from unnest(%(days)s::date[], %(percents)s::numeric[]) as listed (day, percent)
    on conflict (campus_id, school_date, source) do nothing
)

insert into academic_sessions (
    campus_id, sourced_id, title, type, start_date, end_date, school_year
)
select
    %(campus_id)s,
    'year ' || school_year(%(first_day)s),
    'School year ' || school_year(%(first_day)s),
    'schoolYear',
    %(first_day)s,
    make_date(extract(year from %(first_day)s::date)::integer + 1, 7, 1),
    extract(year from %(first_day)s::date)::integer + 1
on conflict (campus_id, sourced_id) do update
    set end_date = excluded.end_date
returning school_year(start_date) as school_year
