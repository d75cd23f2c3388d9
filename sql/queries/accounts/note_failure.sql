-- params:  login text
insert into signin_failures (login)
values (left(%(login)s, 100))
