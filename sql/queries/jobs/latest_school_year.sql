-- The latest school year with reported figures of a campus; for the district, of its schools.
-- params:  campus_id bigint
select school_year(max(known.school_date)) as school_year
from (
    select max(school_date) as school_date from campus_day_reported
    where campus_id = %(campus_id)s
    union all
    select max(school_date) from district_days
    where campus_id = %(campus_id)s
) as known
having max(known.school_date) is not null
