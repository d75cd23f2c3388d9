-- The district's and its boroughs' attendance in one school year.
-- params:  campus_id bigint (the district), school_year text, job_id bigint
-- writes:  metric_campus_period, grain school_year
-- returns: days (district days), low_days
-- source:  oracles_public.json nyc_sy2016, N2, N2x, N3, N4: unweighted means over district days
with reported as (
    select
        day.school_date,
        day.percent,
        campus.borough,
        to_char(day.school_date, 'Dy') as weekday,
        extract(isodow from day.school_date) as isodow,
        district.is_low
    from campus_day_reported as day
    inner join campuses as campus on campus.campus_id = day.campus_id
    inner join district_days as district on district.school_date = day.school_date
    where campus.kind = 'school'
        and not campus.made_up
        and day.state = 'reported'
        and district.kind = 'district_day'
        and day.school_date >= school_year_start(%(school_year)s)
        and day.school_date < school_year_end(%(school_year)s)
),
grouped as (
    select
        coalesce(borough, '') as borough,
        coalesce(weekday, '') as weekday,
        coalesce(isodow, 0) as isodow,
        count(*) as n,
        avg(percent) as mean,
        count(*) filter (where not is_low) as n_without,
        avg(percent) filter (where not is_low) as mean_without,
        max(school_date) as as_of
    from reported
    group by grouping sets ((), (borough), (weekday, isodow), (borough, weekday, isodow))
),
figures as (
    select
        'attendance_mean' as metric,
        case when borough = '' then '' else 'borough' end as dimension,
        borough as member,
        n,
        mean as value,
        as_of
    from grouped where weekday = '' and n > 0
    union all
    select
        'weekday_mean',
        case when borough = '' then 'weekday' else 'borough weekday' end,
        trim(borough || ' ' || weekday),
        n,
        mean,
        as_of
    from grouped where isodow between 1 and 5
    union all
    select
        'weekday_mean_without_low_days',
        case when borough = '' then 'weekday' else 'borough weekday' end,
        trim(borough || ' ' || weekday),
        n_without,
        mean_without,
        as_of
    from grouped where isodow between 1 and 5 and n_without > 0
    union all
    (
        select 'worst_weekday', 'weekday', weekday, n_without, mean_without, as_of
        from grouped where borough = '' and isodow between 1 and 5 and n_without > 0
        order by round(mean_without, 4), isodow limit 1
    )
),
written as (
    insert into metric_campus_period (
        campus_id, grain, period_key, metric, dimension, member, n, value, as_of, job_id
    )
    select
        %(campus_id)s,
        'school_year',
        %(school_year)s,
        metric,
        dimension,
        member,
        n,
        round(value, 4),
        as_of,
        %(job_id)s
    from figures
    returning 1
)
select
    count(*) filter (where kind = 'district_day') as days,
    count(*) filter (where is_low) as low_days,
    (select count(*) from written) as figures
from district_days
where school_date >= school_year_start(%(school_year)s)
    and school_date < school_year_end(%(school_year)s)
