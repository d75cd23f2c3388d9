-- Tells what each day of a school year was for the district.
-- params:  campus_id bigint (the district), school_year text, job_id bigint
-- writes:  district_days
-- source:  oracles_public.json nyc_sy2016, N1: under half of the schools make a partial day
with reported as (
    -- The district's own row tells of days on which no school is listed at all.
    select
        day.school_date,
        case when campus.kind = 'school' then day.campus_id end as campus_id,
        case when campus.kind = 'school' then day.percent end as percent
    from campus_day_reported as day
    inner join campuses as campus on campus.campus_id = day.campus_id
    where
        not campus.made_up
        and day.school_date >= school_year_start(%(school_year)s)
        and day.school_date < school_year_end(%(school_year)s)
),

listed as (
    select count(distinct campus_id) as schools from reported
)

insert into district_days (
    campus_id, school_date, kind, reporting_schools, listed_schools, mean_percent, job_id
)
select
    %(campus_id)s,
    reported.school_date,
    case
        when count(reported.percent) = 0 then 'no_session'
        when count(reported.percent) < 0.5 * listed.schools then 'partial'
        else 'district_day'
    end,
    count(reported.percent),
    listed.schools,
    round(avg(reported.percent), 4),
    %(job_id)s
from reported cross join listed
group by reported.school_date, listed.schools
on conflict (campus_id, school_date) do update
    set
        kind = excluded.kind,
        reporting_schools = excluded.reporting_schools,
        listed_schools = excluded.listed_schools,
        mean_percent = excluded.mean_percent,
        job_id = excluded.job_id
