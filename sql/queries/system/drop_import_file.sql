-- Lets go of a file that was refused.
-- params:  file_id bigint
delete from import_files
where file_id = %(file_id)s
