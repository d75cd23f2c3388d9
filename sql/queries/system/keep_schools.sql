-- Adds schools that are new and corrects the names of those that are known.
-- params:  district_id bigint, numbers text[], names text[], boroughs text[]
insert into campuses (district_campus_id, kind, sourced_id, name, borough, time_zone)
select
    district.campus_id,
    'school',
    listed.number,
    listed.name,
    listed.borough,
    district.time_zone
from
    unnest(%(numbers)s::text[], %(names)s::text[], %(boroughs)s::text[])
        as listed (number, name, borough)
inner join campuses as district on district.campus_id = %(district_id)s
order by listed.number
on conflict (sourced_id) do update
    set name = excluded.name, borough = excluded.borough
    where (campuses.name, campuses.borough) is distinct from (excluded.name, excluded.borough)
    and excluded.name <> 'School ' || excluded.sourced_id
