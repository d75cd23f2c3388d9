-- Mean reported attendance of a school year, in percent.
-- by:      district, borough, campus
-- params:  by text, campus_id bigint, school_year text or null
-- returns: campus, borough, value, n (days; for the district school-days), null_reason, as_of
select
    case when %(by)s = 'campus' or campus.kind = 'school' then campus.sourced_id end as campus,
    case when %(by)s = 'borough' then figure.member end as borough,
    figure.value,
    figure.n,
    figure.null_reason,
    figure.as_of
from metric_campus_period as figure
inner join campuses as campus on campus.campus_id = figure.campus_id
where
    figure.grain = 'school_year'
    and figure.metric = 'attendance_mean'
    and figure.period_key = coalesce(%(school_year)s::text, latest_figures(%(campus_id)s))
    and figure.dimension = case when %(by)s = 'borough' then 'borough' else '' end
    and case
        when %(by)s = 'campus' then campus.kind = 'school' and not campus.made_up
        else figure.campus_id = %(campus_id)s
    end
order by campus.sourced_id, figure.member
