-- params:  login text, action text, outcome text (done, refused)
select log_signin(left(%(login)s, 100), %(action)s, %(outcome)s)
