-- Makes every school's figures of a year due: something that all of them rest on has changed.
-- params:  school_year text
-- writes:  metric_dirty
insert into metric_dirty (campus_id, grain, period_key)
select
    campus.campus_id,
    'school_year',
    %(school_year)s
from campuses as campus
where
    campus.kind = 'school'
    and not campus.made_up
    and exists (
        select 1 from campus_day_reported as day
        where
            day.campus_id = campus.campus_id
            and day.school_date >= school_year_start(%(school_year)s)
            and day.school_date < school_year_end(%(school_year)s)
    )
order by campus.campus_id
on conflict (campus_id, grain, period_key) do update set since = excluded.since
