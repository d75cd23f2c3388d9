-- Keeps the session alive while it is used.
-- params:  hours integer
select touch_session(make_interval(hours => %(hours)s))
