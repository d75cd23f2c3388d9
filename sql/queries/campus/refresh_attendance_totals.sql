-- One campus's attendance over a whole school year, from its reported percentages.
-- params:  campus_id bigint, school_year text, job_id bigint
-- writes:  metric_campus_period: attendance_mean, attendance_median, days_below_90, days_below_80
-- returns: days (reported days)
-- source:  oracles_public.json nyc_sy2016, N6: strictly below; fewer than 20 days have no figures
with whole as (
    select
        count(*) as n,
        max(school_date) as as_of,
        avg(percent) as mean,
        percentile_cont(0.5) within group (order by percent)::numeric as median,
        count(*) filter (where percent < 90) as below_90,
        count(*) filter (where percent < 80) as below_80
    from campus_day_reported
    where
        campus_id = %(campus_id)s
        and state = 'reported'
        and school_date >= school_year_start(%(school_year)s)
        and school_date < school_year_end(%(school_year)s)
),

written as (
    insert into metric_campus_period (
        campus_id, grain, period_key, metric, n, value, null_reason, as_of, job_id
    )
    select
        %(campus_id)s,
        'school_year',
        %(school_year)s,
        figure.metric,
        whole.n,
        case when whole.n >= 20 then round(figure.value, 4) end,
        case when whole.n < 20 then 'fewer than 20 days' end,
        whole.as_of,
        %(job_id)s
    from whole cross join lateral (
        values
        ('attendance_mean', whole.mean),
        ('attendance_median', whole.median),
        ('days_below_90', whole.below_90),
        ('days_below_80', whole.below_80)
    ) as figure (metric, value)
)

select n as days from whole
