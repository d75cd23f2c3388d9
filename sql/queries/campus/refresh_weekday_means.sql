-- One campus's mean attendance by weekday, Monday to Friday, with and without low days.
-- params:  campus_id bigint, school_year text, job_id bigint
-- writes:  metric_campus_period: weekday_mean, weekday_mean_without_low_days
-- source:  domain.md M7; oracles_public.json nyc_sy2016, N6: fewer than 20 days have no figures
with reported as (
    select
        day.percent,
        to_char(day.school_date, 'Dy') as weekday,
        extract(isodow from day.school_date) as isodow,
        coalesce(district.is_low, false) as is_low,
        count(*) over () as days,
        max(day.school_date) over () as as_of
    from campus_day_reported as day
    left join district_days as district on district.school_date = day.school_date
    where
        day.campus_id = %(campus_id)s
        and day.state = 'reported'
        and day.school_date >= school_year_start(%(school_year)s)
        and day.school_date < school_year_end(%(school_year)s)
),

cuts as (
    select
        'weekday_mean' as metric,
        *
    from reported
    union all
    select
        'weekday_mean_without_low_days',
        *
    from reported
    where not is_low
)

insert into metric_campus_period (
    campus_id, grain, period_key, metric, dimension, member, n, value, null_reason, as_of, job_id
)
select
    %(campus_id)s,
    'school_year',
    %(school_year)s,
    metric,
    'weekday',
    weekday,
    count(*),
    case when days >= 20 then round(avg(percent), 4) end,
    case when days < 20 then 'fewer than 20 days' end,
    as_of,
    %(job_id)s
from cuts
where isodow <= 5
group by metric, weekday, days, as_of
