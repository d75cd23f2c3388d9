-- The district's and its boroughs' attendance over a school year, whole and by weekday.
-- params:  campus_id bigint (the district), school_year text, job_id bigint
-- writes:  metric_campus_period: attendance_mean, weekday_mean, weekday_mean_without_low_days
-- source:  oracles_public.json nyc_sy2016, N2, N2x, N3: unweighted means over district days
with reported as (
    select
        day.school_date,
        day.percent,
        campus.borough,
        district.is_low,
        to_char(day.school_date, 'Dy') as weekday,
        extract(isodow from day.school_date) as isodow
    from campus_day_reported as day
    inner join campuses as campus on campus.campus_id = day.campus_id
    inner join district_days as district on district.school_date = day.school_date
    where
        campus.kind = 'school'
        and not campus.made_up
        and day.state = 'reported'
        and district.kind = 'district_day'
        and day.school_date >= school_year_start(%(school_year)s)
        and day.school_date < school_year_end(%(school_year)s)
),

grouped as (
    select
        borough,
        weekday,
        count(*) as n,
        avg(percent) as mean,
        count(*) filter (where not is_low) as n_without,
        avg(percent) filter (where not is_low) as mean_without,
        max(school_date) as as_of,
        concat_ws(
            ' ',
            case when borough is not null then 'borough' end,
            case when weekday is not null then 'weekday' end
        ) as dimension
    from reported
    group by grouping sets ((), (borough), (weekday, isodow), (borough, weekday, isodow))
    having count(*) > 0 and (isodow is null or isodow <= 5)
)

insert into metric_campus_period (
    campus_id, grain, period_key, metric, dimension, member, n, value, as_of, job_id
)
select
    %(campus_id)s,
    'school_year',
    %(school_year)s,
    figure.metric,
    grouped.dimension,
    concat_ws(' ', grouped.borough, grouped.weekday),
    figure.n,
    round(figure.value, 4),
    grouped.as_of,
    %(job_id)s
from grouped cross join
    lateral (
        values
        (case when grouped.weekday is null then 'attendance_mean' end, grouped.n, grouped.mean),
        (case when grouped.weekday is not null then 'weekday_mean' end, grouped.n, grouped.mean),
        (
            case when grouped.weekday is not null then 'weekday_mean_without_low_days' end,
            grouped.n_without,
            grouped.mean_without
        )
    ) as figure (metric, n, value)
where figure.metric is not null and figure.n > 0
