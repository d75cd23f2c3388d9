-- Which worker holds which job; nobody but the ledger reads the hashes.
alter table job_leases enable row level security;
alter table job_leases force row level security;

drop policy if exists migrations on job_leases;
create policy migrations on job_leases for all to schoolbell_owner
using (true)
with check (true);

drop policy if exists ledger on job_leases;
create policy ledger on job_leases for all to schoolbell_ledger
using (true)
with check (true);

drop policy if exists work on job_leases;
create policy work on job_leases for select to schoolbell_worker
using (true);

revoke all on job_leases from public;
grant select, insert, update, delete on job_leases to schoolbell_ledger;
grant select (job_id, campus_id, attempt, expires_at) on job_leases to schoolbell_worker;
