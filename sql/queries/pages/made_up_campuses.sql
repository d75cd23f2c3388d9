-- Campuses that are made up, with the newest day of their figures.
select
    campus.sourced_id,
    campus.name,
    figure.value as mean_percent,
    figure.n as days,
    figure.as_of
from campuses as campus
left join lateral (
    select * from metric_campus_period as latest
    where
        latest.campus_id = campus.campus_id
        and latest.metric = 'attendance_mean'
        and latest.dimension = ''
    order by latest.period_key desc limit 1
) as figure on true
where campus.made_up
order by campus.name
limit 5
