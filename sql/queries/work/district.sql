-- The district's own campus, which district jobs belong to.
select campus_id from campuses
where kind = 'district'
