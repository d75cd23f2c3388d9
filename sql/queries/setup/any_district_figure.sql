-- A row when the district has figures.
select figure.metric
from metric_campus_period as figure
inner join campuses as campus on campus.campus_id = figure.campus_id
where campus.kind = 'district'
order by figure.metric
limit 1
