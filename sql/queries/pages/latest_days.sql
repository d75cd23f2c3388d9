-- The last days that a campus reported, newest first.
-- params:  campus_id bigint
select
    school_date,
    state,
    percent
from campus_day_reported
where campus_id = %(campus_id)s and state <> 'no_session'
order by school_date desc
limit 5
