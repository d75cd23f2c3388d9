-- A campus of the district, added where it is absent.
-- params:  sourced_id text, name text, borough text, made_up boolean
insert into campuses (district_campus_id, kind, sourced_id, name, borough, time_zone, made_up)
select
    district.campus_id,
    'school',
    %(sourced_id)s,
    %(name)s,
    %(borough)s,
    district.time_zone,
    %(made_up)s
from campuses as district
where district.kind = 'district'
on conflict (sourced_id) do nothing
