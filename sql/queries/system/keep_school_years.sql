-- Keeps the school years that a file speaks of; the end is the day after the last day known.
-- params:  district_id bigint, days date[]
-- returns: school_year, such as 2015-16
insert into academic_sessions (
    campus_id, sourced_id, title, type, start_date, end_date, school_year
)
select
    %(district_id)s,
    'year ' || school_year(day),
    'School year ' || school_year(day),
    'schoolYear',
    min(day),
    max(day) + 1,
    extract(year from min(day) - interval '7 months')::integer + 1
from unnest(%(days)s::date[]) as listed (day)
group by school_year(day)
on conflict (campus_id, sourced_id) do update
    set
        start_date = least(academic_sessions.start_date, excluded.start_date),
        end_date = greatest(academic_sessions.end_date, excluded.end_date)
returning school_year(start_date) as school_year
