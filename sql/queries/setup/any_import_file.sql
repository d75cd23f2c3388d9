-- A row when some file was ever handed in.
select file_id from import_files
order by file_id
limit 1
