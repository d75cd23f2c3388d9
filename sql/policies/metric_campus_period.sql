-- Figures: a campus sees and writes its own, the district all.
alter table metric_campus_period enable row level security;
alter table metric_campus_period force row level security;

drop policy if exists migrations on metric_campus_period;
create policy migrations on metric_campus_period for all to schoolbell_owner
using (true)
with check (true);

drop policy if exists own_campuses on metric_campus_period;
create policy own_campuses on metric_campus_period for all to schoolbell_campus
using (campus_id = any((select visible_campuses())::bigint[]))
with check (campus_id = any((select visible_campuses())::bigint[]));

drop policy if exists district on metric_campus_period;
create policy district on metric_campus_period for all to schoolbell_district
using ((select is_district()))
with check ((select is_district()));

revoke all on metric_campus_period from public;
grant select,
insert,
update,
delete on metric_campus_period to schoolbell_campus,
schoolbell_district;
