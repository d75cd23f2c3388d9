-- The schools whose figures of a year are due because something they rest on has changed.
-- params:  school_year text
select campus.campus_id
from metric_dirty as dirty
inner join campuses as campus on campus.campus_id = dirty.campus_id
where
    dirty.grain = 'school_year'
    and dirty.period_key = %(school_year)s
    and campus.kind = 'school'
    and not campus.made_up
order by campus.campus_id
