-- The account of a name, if it may sign in.
-- params:  login text
select
    account_id,
    password_hash
from accounts
where
    login = %(login)s
    and disabled_at is null
    and exists (
        select 1 from account_roles as held
        where held.account_id = accounts.account_id
    )
