-- Days on which the whole district's attendance was unusually low, lowest first.
-- by:      day
-- params:  campus_id bigint, school_year text or null
-- returns: day, value (the district's mean percent), n (schools reporting), as_of
select
    day.school_date as day,
    day.mean_percent as value,
    day.reporting_schools as n,
    max(day.school_date) over () as as_of
from district_days as day
where
    day.is_low
    and day.school_date >= school_year_start(
        coalesce(%(school_year)s::text, latest_figures(%(campus_id)s))
    )
    and day.school_date < school_year_end(
        coalesce(%(school_year)s::text, latest_figures(%(campus_id)s))
    )
order by day.mean_percent, day.school_date
