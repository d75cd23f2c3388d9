-- Written by workers, seen by the job's campus and by the district, never changed.
alter table job_log_lines enable row level security;
alter table job_log_lines force row level security;

drop policy if exists migrations on job_log_lines;
create policy migrations on job_log_lines for all to schoolbell_owner
using (true)
with check (true);

drop policy if exists own_campuses on job_log_lines;
create policy own_campuses on job_log_lines for select to schoolbell_campus
using (campus_id = any((select visible_campuses())::bigint[]));

drop policy if exists district on job_log_lines;
create policy district on job_log_lines for select to schoolbell_district
using ((select is_district()));

drop policy if exists work on job_log_lines;
create policy work on job_log_lines for insert to schoolbell_worker
with check (true);

revoke all on job_log_lines from public;
grant select on job_log_lines to schoolbell_campus, schoolbell_district;
grant insert on job_log_lines to schoolbell_worker;
