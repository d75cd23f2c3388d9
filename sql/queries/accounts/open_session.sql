-- params:  token_hash bytea, account_id bigint, actor text or null, hours integer
insert into web_sessions (token_hash, account_id, actor, expires_at)
values (
    %(token_hash)s, %(account_id)s, %(actor)s, clock.now() + make_interval(hours => %(hours)s)
)
