-- Reported percentages: a campus sees and writes its own, the district all.
alter table campus_day_reported enable row level security;
alter table campus_day_reported force row level security;

drop policy if exists migrations on campus_day_reported;
create policy migrations on campus_day_reported for all to schoolbell_owner
using (true)
with check (true);

drop policy if exists own_campuses on campus_day_reported;
create policy own_campuses on campus_day_reported for all to schoolbell_campus
using (campus_id = any((select visible_campuses())::bigint[]))
with check (campus_id = any((select visible_campuses())::bigint[]));

drop policy if exists district on campus_day_reported;
create policy district on campus_day_reported for all to schoolbell_district
using ((select is_district()))
with check ((select is_district()));

revoke all on campus_day_reported from public;
grant select,
insert,
update,
delete on campus_day_reported to schoolbell_campus,
schoolbell_district;
