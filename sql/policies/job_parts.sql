-- The parts that a job has done; written in the part's own transaction.
alter table job_parts enable row level security;
alter table job_parts force row level security;

drop policy if exists migrations on job_parts;
create policy migrations on job_parts for all to schoolbell_owner
using (true)
with check (true);

drop policy if exists own_campuses on job_parts;
create policy own_campuses on job_parts for all to schoolbell_campus
using (campus_id = any((select visible_campuses())::bigint []))
with check (campus_id = any((select visible_campuses())::bigint []));

drop policy if exists district on job_parts;
create policy district on job_parts for all to schoolbell_district
using ((select is_district()))
with check ((select is_district()));

revoke all on job_parts from public;
grant select, insert on job_parts to schoolbell_campus, schoolbell_district;
