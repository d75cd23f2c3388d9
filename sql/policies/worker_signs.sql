-- Workers write their signs of life; the district reads them.
alter table worker_signs enable row level security;
alter table worker_signs force row level security;

drop policy if exists migrations on worker_signs;
create policy migrations on worker_signs for all to schoolbell_owner
using (true)
with check (true);

drop policy if exists district on worker_signs;
create policy district on worker_signs for select to schoolbell_district
using ((select is_district()));

drop policy if exists work on worker_signs;
create policy work on worker_signs for all to schoolbell_worker
using (true)
with check (true);

revoke all on worker_signs from public;
grant select on worker_signs to schoolbell_district;
grant select, insert, update, delete on worker_signs to schoolbell_worker;
