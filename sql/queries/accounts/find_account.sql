-- The account of a name, if it may sign in.
-- params:  login text
select
    account_id,
    password_hash
from accounts
where login = %(login)s and disabled_at is null
