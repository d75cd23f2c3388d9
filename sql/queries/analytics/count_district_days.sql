-- How many district days a school year had, and how many of them were low.
-- params:  school_year text
select
    count(*) filter (where kind = 'district_day') as days,
    count(*) filter (where is_low) as low_days
from district_days
where
    school_date >= school_year_start(%(school_year)s)
    and school_date < school_year_end(%(school_year)s)
