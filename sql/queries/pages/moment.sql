-- The time, and the place whose clock the page goes by: the district, or the person's own campus.
select
    clock.now() as now,
    campus.time_zone as zone,
    campus.name as place
from campuses as campus
order by campus.kind, campus.campus_id
limit 1
