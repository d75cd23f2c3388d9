-- A file that was handed in.
-- params:  file_id bigint
select
    name,
    attendance,
    schools
from import_files
where file_id = %(file_id)s
