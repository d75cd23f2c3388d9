-- params:  account_id bigint, hash text
update accounts set password_hash = %(hash)s
where account_id = %(account_id)s
