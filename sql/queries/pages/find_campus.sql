-- A campus that the asker sees, by its number in capital letters or as it is kept.
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
where sourced_id in (%(campus)s, upper(%(campus)s))
