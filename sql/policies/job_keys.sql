-- Who already waits for the same work: seen by its campus and by the district.
alter table job_keys enable row level security;
alter table job_keys force row level security;

drop policy if exists migrations on job_keys;
create policy migrations on job_keys for all to schoolbell_owner
using (true)
with check (true);

drop policy if exists ledger on job_keys;
create policy ledger on job_keys for all to schoolbell_ledger
using (true)
with check (true);

drop policy if exists own_campuses on job_keys;
create policy own_campuses on job_keys for select to schoolbell_campus
using (campus_id = any((select visible_campuses())::bigint[]));

drop policy if exists district on job_keys;
create policy district on job_keys for select to schoolbell_district
using ((select is_district()));

drop policy if exists work on job_keys;
create policy work on job_keys for select to schoolbell_worker
using (true);

revoke all on job_keys from public;
grant select, insert, update, delete on job_keys to schoolbell_ledger;
grant select on job_keys to schoolbell_campus, schoolbell_district, schoolbell_worker;
