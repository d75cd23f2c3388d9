-- Files that were handed in belong to the district.
alter table import_files enable row level security;
alter table import_files force row level security;

drop policy if exists migrations on import_files;
create policy migrations on import_files for all to schoolbell_owner
using (true)
with check (true);

drop policy if exists district on import_files;
create policy district on import_files for all to schoolbell_district
using ((select is_district()))
with check ((select is_district()));

revoke all on import_files from public;
grant select, insert, delete on import_files to schoolbell_district;
