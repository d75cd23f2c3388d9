-- How often signing in as this name has failed lately.
-- params:  login text, minutes integer
select count(*) as failures from signin_failures
where
    login = left(%(login)s, 100)
    and failed_at > clock.now() - make_interval(mins => %(minutes)s)
