-- Keeps a file that was handed in, so that its job can read it on any computer.
-- params:  campus_id bigint (the district), name text, sha256 text, attendance bytea,
--          schools bytea or null
insert into import_files (campus_id, name, attendance_sha256, attendance, schools, uploaded_by)
values (
    %(campus_id)s, %(name)s, %(sha256)s, %(attendance)s, %(schools)s, asker_name()
)
returning file_id
