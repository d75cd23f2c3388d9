-- A campus is seen by its own people and by the district, which alone adds campuses.
alter table campuses enable row level security;
alter table campuses force row level security;

drop policy if exists migrations on campuses;
create policy migrations on campuses for all to schoolbell_owner
using (true)
with check (true);

drop policy if exists ledger on campuses;
create policy ledger on campuses for all to schoolbell_ledger
using (true)
with check (true);

drop policy if exists own_campuses on campuses;
create policy own_campuses on campuses for select to schoolbell_campus
using (campus_id = any((select visible_campuses())::bigint[]));

drop policy if exists district on campuses;
create policy district on campuses for all to schoolbell_district
using ((select is_district()))
with check ((select is_district()));

drop policy if exists work on campuses;
create policy work on campuses for select to schoolbell_worker
using (true);

revoke all on campuses from public;
grant select, insert, update, delete on campuses to schoolbell_ledger;
grant select on campuses to schoolbell_campus, schoolbell_district, schoolbell_worker;
grant insert, update on campuses to schoolbell_district;
