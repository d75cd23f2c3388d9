-- Whether the asker sees a campus (a row) and may start jobs there.
-- params:  campus_id bigint
select
    campus.name,
    campus.kind,
    is_district() or campus.campus_id = any(startable_campuses()) as may_start
from campuses as campus
where campus.campus_id = %(campus_id)s
