-- A campus that the asker sees, by its number.
-- params:  campus text
select
    campus_id,
    sourced_id,
    name,
    kind,
    borough,
    time_zone,
    made_up
from campuses
where sourced_id = %(campus)s
