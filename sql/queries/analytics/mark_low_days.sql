-- Marks the low days of a school year; returns a row for each day whose mark changed.
-- params:  school_year text
-- writes:  district_days.is_low
-- source:  oracles_public.json nyc_sy2016, N4: a district day whose mean lies below
--          median - 3 * 1.4826 * median absolute deviation of the district days' means
with days as (
    select
        school_date,
        kind,
        mean_percent
    from district_days
    where
        school_date >= school_year_start(%(school_year)s)
        and school_date < school_year_end(%(school_year)s)
),

middle as (
    select percentile_cont(0.5) within group (order by mean_percent) as median
    from days
    where kind = 'district_day'
),

spread as (
    select
        middle.median,
        1.4826 * percentile_cont(0.5) within group (order by abs(mean_percent - median)) as mad
    from days cross join middle
    where days.kind = 'district_day'
    group by middle.median
),

judged as (
    select
        days.school_date,
        coalesce(
            days.kind = 'district_day' and days.mean_percent < spread.median - 3 * spread.mad, false
        ) as is_low
    from days left join spread on true
)

update district_days as day
set is_low = judged.is_low
from judged
where day.school_date = judged.school_date and day.is_low <> judged.is_low
returning day.school_date
