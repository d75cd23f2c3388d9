-- Read by the identity functions alone.
alter table account_roles enable row level security;
alter table account_roles force row level security;

drop policy if exists migrations on account_roles;
create policy migrations on account_roles for all to schoolbell_owner
using (true)
with check (true);

drop policy if exists signin on account_roles;
create policy signin on account_roles for select to schoolbell_signin
using (true);

revoke all on account_roles from public;
grant select on account_roles to schoolbell_signin;
