-- One campus's attendance patterns in one school year, from its reported percentages.
-- params:  campus_id bigint, school_year text, job_id bigint
-- writes:  metric_campus_period, grain school_year
-- returns: days (reported days), figures (rows written)
-- source:  domain.md M7; oracles_public.json nyc_sy2016, N6: a year of fewer than 20 days has no
--          figures; the worst weekday leaves low days out, and a tie goes to the earlier weekday
with reported as (
    select
        day.school_date,
        day.percent,
        to_char(day.school_date, 'Dy') as weekday,
        extract(isodow from day.school_date) as isodow,
        coalesce(district.is_low, false) as is_low
    from campus_day_reported as day
    left join district_days as district on district.school_date = day.school_date
    where day.campus_id = %(campus_id)s
        and day.state = 'reported'
        and day.school_date >= school_year_start(%(school_year)s)
        and day.school_date < school_year_end(%(school_year)s)
),
whole as (
    select
        count(*) as n,
        max(school_date) as as_of,
        avg(percent) as mean,
        percentile_cont(0.5) within group (order by percent) as median,
        count(*) filter (where percent < 90) as below_90,
        count(*) filter (where percent < 80) as below_80
    from reported
),
weekdays as (
    select
        weekday,
        isodow,
        count(*) as n,
        avg(percent) as mean,
        count(*) filter (where not is_low) as n_without,
        avg(percent) filter (where not is_low) as mean_without
    from reported
    where isodow <= 5
    group by weekday, isodow
),
figures as (
    select 'attendance_mean' as metric, '' as dimension, '' as member, n, mean as value from whole
    union all
    select 'attendance_median', '', '', n, median::numeric from whole
    union all
    select 'days_below_90', '', '', n, below_90 from whole
    union all
    select 'days_below_80', '', '', n, below_80 from whole
    union all
    select 'weekday_mean', 'weekday', weekday, n, mean from weekdays
    union all
    select 'weekday_mean_without_low_days', 'weekday', weekday, n_without, mean_without
    from weekdays where n_without > 0
    union all
    (
        select 'worst_weekday', 'weekday', weekday, n_without, mean_without
        from weekdays where n_without > 0
        order by round(mean_without, 4), isodow limit 1
    )
    union all
    (
        select 'worst_weekday_with_low_days', 'weekday', weekday, n, mean
        from weekdays order by round(mean, 4), isodow limit 1
    )
),
written as (
    insert into metric_campus_period (
        campus_id, grain, period_key, metric, dimension, member, n, value, null_reason, as_of,
        job_id
    )
    select
        %(campus_id)s,
        'school_year',
        %(school_year)s,
        figures.metric,
        figures.dimension,
        figures.member,
        figures.n,
        case when whole.n >= 20 then round(figures.value, 4) end,
        case when whole.n < 20 then 'fewer than 20 days' end,
        whole.as_of,
        %(job_id)s
    from figures cross join whole
    returning 1
)
select
    whole.n as days,
    (select count(*) from written) as figures
from whole
