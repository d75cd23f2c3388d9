-- Every try of a job; written by the ledger, seen like the job itself.
alter table job_attempts enable row level security;
alter table job_attempts force row level security;

drop policy if exists migrations on job_attempts;
create policy migrations on job_attempts for all to schoolbell_owner
using (true)
with check (true);

drop policy if exists ledger on job_attempts;
create policy ledger on job_attempts for all to schoolbell_ledger
using (true)
with check (true);

drop policy if exists own_campuses on job_attempts;
create policy own_campuses on job_attempts for select to schoolbell_campus
using (campus_id = any((select visible_campuses())::bigint[]));

drop policy if exists district on job_attempts;
create policy district on job_attempts for select to schoolbell_district
using ((select is_district()));

drop policy if exists work on job_attempts;
create policy work on job_attempts for select to schoolbell_worker
using (true);

revoke all on job_attempts from public;
grant select, insert, update, delete on job_attempts to schoolbell_ledger;
grant select on job_attempts to schoolbell_campus, schoolbell_district, schoolbell_worker;
