-- The district's days are shared with its campuses: a low day is low for all of them.
alter table district_days enable row level security;
alter table district_days force row level security;

drop policy if exists migrations on district_days;
create policy migrations on district_days for all to schoolbell_owner
using (true)
with check (true);

drop policy if exists shared on district_days;
create policy shared on district_days for select to schoolbell_campus
using (campus_id = any((select shared_campuses())::bigint[]));

drop policy if exists district on district_days;
create policy district on district_days for all to schoolbell_district
using ((select is_district()))
with check ((select is_district()));

revoke all on district_days from public;
grant select on district_days to schoolbell_campus;
grant select, insert, update, delete on district_days to schoolbell_district;
