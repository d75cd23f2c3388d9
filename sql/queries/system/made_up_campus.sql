-- The campus, if it is a made-up one, with the time.
-- params:  campus_id bigint
select
    sourced_id,
    time_zone,
    clock.now() as now
from campuses
where campus_id = %(campus_id)s and made_up
