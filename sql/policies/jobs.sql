-- Jobs are seen by their campus and by the district; who may start jobs adds them, in their own
-- name.
alter table jobs enable row level security;
alter table jobs force row level security;

drop policy if exists migrations on jobs;
create policy migrations on jobs for all to schoolbell_owner
using (true)
with check (true);

drop policy if exists ledger on jobs;
create policy ledger on jobs for all to schoolbell_ledger
using (true)
with check (true);

drop policy if exists own_campuses on jobs;
create policy own_campuses on jobs for select to schoolbell_campus
using (campus_id = any((select visible_campuses())::bigint[]));

drop policy if exists start on jobs;
create policy start on jobs for insert to schoolbell_campus
with check (
    campus_id = any((select startable_campuses())::bigint[])
    and not is_district -- a campus never starts what runs with the district's eyes
    and requested_by = (select asker_name())
    and requested_by_account is not distinct from (select asker_account())
    and state in ('waiting', 'scheduled', 'blocked')
);

drop policy if exists district on jobs;
create policy district on jobs for select to schoolbell_district
using ((select is_district()));

drop policy if exists district_start on jobs;
create policy district_start on jobs for insert to schoolbell_district
with check (
    (select is_district())
    -- what runs with the district's eyes belongs to the district, and its result stays there
    and is_district = (
        campus_id = (select campus_id from campuses where kind = 'district') -- noqa: LT14
    )
    and requested_by = (select asker_name())
    and requested_by_account is not distinct from (select asker_account())
    and state in ('waiting', 'scheduled', 'blocked')
);

drop policy if exists work on jobs;
create policy work on jobs for all to schoolbell_worker
using (true)
with check (true);

revoke all on jobs from public;
grant select, insert, update, delete on jobs to schoolbell_ledger;
grant select on jobs to schoolbell_campus, schoolbell_district;
grant insert (
    campus_id, category, task, arguments, duplicate_key, queue, priority, is_district, state,
    requested_by, requested_by_account, reason, tries, max_attempts, due_at
) on jobs to schoolbell_campus, schoolbell_district;
grant select, insert, update on jobs to schoolbell_worker;
