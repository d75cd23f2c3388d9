-- School years belong to the district and are read by its campuses; a campus may have its own.
alter table academic_sessions enable row level security;
alter table academic_sessions force row level security;

drop policy if exists migrations on academic_sessions;
create policy migrations on academic_sessions for all to schoolbell_owner
using (true)
with check (true);

drop policy if exists own_and_shared on academic_sessions;
create policy own_and_shared on academic_sessions for select to schoolbell_campus
using (campus_id = any((select shared_campuses())::bigint[]));

drop policy if exists own on academic_sessions;
create policy own on academic_sessions for insert to schoolbell_campus
with check (campus_id = any((select visible_campuses())::bigint[]));

drop policy if exists own_change on academic_sessions;
create policy own_change on academic_sessions for update to schoolbell_campus
using (campus_id = any((select visible_campuses())::bigint[]))
with check (campus_id = any((select visible_campuses())::bigint[]));

drop policy if exists district on academic_sessions;
create policy district on academic_sessions for all to schoolbell_district
using ((select is_district()))
with check ((select is_district()));

revoke all on academic_sessions from public;
grant select, insert, update on academic_sessions to schoolbell_campus, schoolbell_district;
