-- How many campuses there are, how many have figures, and what is live. Live jobs are few: finished
-- ones are never counted.
select
    (
        select count(*) from campuses
        where kind = 'school' and not made_up
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
