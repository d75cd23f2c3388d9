-- The parts that a job has done; written in the part's own transaction, by that job alone: a part
-- that somebody else notes would never be done.
alter table job_parts enable row level security;
alter table job_parts force row level security;

drop policy if exists migrations on job_parts;
create policy migrations on job_parts for all to schoolbell_owner
using (true)
with check (true);

drop policy if exists own_campuses on job_parts;
create policy own_campuses on job_parts for select to schoolbell_campus
using (campus_id = any((select visible_campuses())::bigint[]));

drop policy if exists own_part on job_parts;
create policy own_part on job_parts for insert to schoolbell_campus
with check (
    campus_id = any((select visible_campuses())::bigint[])
    and job_id = (select asker_job())
);

drop policy if exists district on job_parts;
create policy district on job_parts for select to schoolbell_district
using ((select is_district()));

drop policy if exists district_part on job_parts;
create policy district_part on job_parts for insert to schoolbell_district
with check (
    (select is_district())
    and job_id = (select asker_job())
);

revoke all on job_parts from public;
grant select, insert on job_parts to schoolbell_campus, schoolbell_district;
