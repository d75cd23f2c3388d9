-- A file that was handed in, with the time and the zone of the district that it is for.
-- params:  file_id bigint
select
    file.name,
    file.attendance,
    file.schools,
    campus.time_zone,
    clock.now() as now
from import_files as file
inner join campuses as campus on campus.campus_id = file.campus_id
where file.file_id = %(file_id)s
