-- params:  token_hash bytea
delete from web_sessions
where token_hash = %(token_hash)s
