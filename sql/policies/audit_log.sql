-- The log of acts is only ever added to, by each in their own name.
alter table audit_log enable row level security;
alter table audit_log force row level security;

drop policy if exists migrations on audit_log;
create policy migrations on audit_log for all to schoolbell_owner
using (true)
with check (true);

drop policy if exists ledger on audit_log;
create policy ledger on audit_log for insert to schoolbell_ledger
with check (true);

drop policy if exists own_campuses on audit_log;
create policy own_campuses on audit_log for select to schoolbell_campus
using (campus_id = any((select visible_campuses())::bigint[]));

drop policy if exists own_acts on audit_log;
create policy own_acts on audit_log for insert to schoolbell_campus
with check (
    campus_id = any((select visible_campuses())::bigint[])
    and actor = (select asker_name())
);

drop policy if exists district on audit_log;
create policy district on audit_log for select to schoolbell_district
using ((select is_district()));

drop policy if exists district_acts on audit_log;
create policy district_acts on audit_log for insert to schoolbell_district
with check (
    (select is_district())
    and actor = (select asker_name())
);

revoke all on audit_log from public, schoolbell_campus, schoolbell_district;
grant insert on audit_log to schoolbell_ledger;
grant select on audit_log to schoolbell_campus, schoolbell_district;
-- The time is the database's own: nobody dates an act.
grant insert (campus_id, actor, action, object, reason, outcome)
on audit_log to schoolbell_campus, schoolbell_district;
