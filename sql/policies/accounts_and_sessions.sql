-- Password hashes and sessions are read by the sign-in role alone, column by column.
revoke all on accounts, web_sessions, signin_failures from public;
grant select (account_id, login, password_hash, disabled_at) on accounts to schoolbell_signin;
grant update (password_hash) on accounts to schoolbell_signin;
grant select, insert, delete on web_sessions to schoolbell_signin;
grant select, insert, delete on signin_failures to schoolbell_signin;
