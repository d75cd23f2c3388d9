-- The one district of this installation, added at the first start.
-- params:  name text
insert into campuses (kind, sourced_id, name, time_zone)
select
    'district',
    'district',
    %(name)s,
    'America/New_York'
where not exists (
    select 1 from campuses
    where kind = 'district'
)
