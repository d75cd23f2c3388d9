-- An account, added where the name is free; no row when it is taken.
-- params:  login text, name text, hash text
insert into accounts (login, name, password_hash)
values (%(login)s, %(name)s, %(hash)s)
on conflict (login) do nothing
returning account_id
