-- How many campuses have reported in the latest year with figures, how many have figures of it, and
-- what is live. Live jobs are few; finished ones are never counted.
-- params:  campus_id bigint (the district)
with shown as (
    select latest_figures(%(campus_id)s) as school_year
)

select
    (
        select count(*) from campuses as campus cross join shown
        where
            campus.kind = 'school'
            and not campus.made_up
            and exists (
                select 1 from campus_day_reported as day
                where
                    day.campus_id = campus.campus_id
                    and day.school_date >= school_year_start(shown.school_year)
                    and day.school_date < school_year_end(shown.school_year)
            )
    ) as campuses,
    (
        select count(*)
        from metric_campus_period as figure
        inner join campuses as campus on campus.campus_id = figure.campus_id
        inner join shown on shown.school_year = figure.period_key
        where
            figure.metric = 'attendance_mean'
            and figure.grain = 'school_year'
            and figure.dimension = ''
            and campus.kind = 'school'
            and not campus.made_up
    ) as with_figures,
    count(*) filter (where state in ('waiting', 'scheduled', 'blocked')) as waiting,
    count(*) filter (where state = 'running') as running,
    count(*) filter (where state in ('retrying', 'interrupted')) as trying_again
from jobs
where state in ('waiting', 'scheduled', 'blocked', 'running', 'retrying', 'interrupted')
