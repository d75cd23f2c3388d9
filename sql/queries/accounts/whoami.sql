-- Who is signed in with the token of this transaction.
select
    account_id,
    login,
    name,
    theme,
    role,
    is_district_admin,
    campus_ids,
    startable_ids
from whoami()
