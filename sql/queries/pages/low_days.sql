-- The district's low days of a school year, lowest first.
-- params:  school_year text
select
    school_date,
    mean_percent,
    reporting_schools
from district_days
where
    is_low
    and school_date >= school_year_start(%(school_year)s)
    and school_date < school_year_end(%(school_year)s)
order by mean_percent
