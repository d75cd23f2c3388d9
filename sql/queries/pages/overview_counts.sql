-- How many campuses have reported anything, how many have figures, and what is live. Live jobs are
-- few; finished ones are never counted.
select
    (
        select count(*) from campuses as campus
        where
            campus.kind = 'school'
            and not campus.made_up
            and exists (
                select 1 from campus_day_reported as day
                where day.campus_id = campus.campus_id
            )
    ) as campuses,
    (
        select count(distinct figure.campus_id)
        from metric_campus_period as figure
        inner join campuses as campus on campus.campus_id = figure.campus_id
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
