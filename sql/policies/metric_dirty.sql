-- What must be computed again; the job that computes it takes the row away.
alter table metric_dirty enable row level security;
alter table metric_dirty force row level security;

drop policy if exists migrations on metric_dirty;
create policy migrations on metric_dirty for all to schoolbell_owner
using (true)
with check (true);

drop policy if exists ledger on metric_dirty;
create policy ledger on metric_dirty for all to schoolbell_ledger
using (true)
with check (true);

drop policy if exists own_campuses on metric_dirty;
create policy own_campuses on metric_dirty for all to schoolbell_campus
using (campus_id = any((select visible_campuses())::bigint[]))
with check (campus_id = any((select visible_campuses())::bigint[]));

drop policy if exists district on metric_dirty;
create policy district on metric_dirty for all to schoolbell_district
using ((select is_district()))
with check ((select is_district()));

revoke all on metric_dirty from public;
grant select, insert, update, delete on metric_dirty to schoolbell_ledger;
grant select, insert, update, delete on metric_dirty to schoolbell_campus, schoolbell_district;
