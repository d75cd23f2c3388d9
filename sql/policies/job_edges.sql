-- Which job waits for which; seen by the waiting job's campus and by the district.
alter table job_edges enable row level security;
alter table job_edges force row level security;

drop policy if exists migrations on job_edges;
create policy migrations on job_edges for all to schoolbell_owner
using (true)
with check (true);

drop policy if exists ledger on job_edges;
create policy ledger on job_edges for all to schoolbell_ledger
using (true)
with check (true);

drop policy if exists own_campuses on job_edges;
create policy own_campuses on job_edges for select to schoolbell_campus
using (campus_id = any((select visible_campuses())::bigint[]));

drop policy if exists district on job_edges;
create policy district on job_edges for select to schoolbell_district
using ((select is_district()));

revoke all on job_edges from public;
grant select, insert, update, delete on job_edges to schoolbell_ledger;
grant select on job_edges to schoolbell_campus, schoolbell_district;
