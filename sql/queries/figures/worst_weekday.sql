-- The weekday with the lowest mean attendance, low days left out; a tie goes to the earlier one.
-- by:      district, campus
-- params:  by text, campus_id bigint, school_year text or null
-- returns: campus, weekday, value, n, null_reason, as_of
select
    case when %(by)s = 'campus' or campus.kind = 'school' then campus.sourced_id end as campus,
    case when figure.value is not null then figure.member end as weekday,
    figure.value,
    figure.n,
    figure.null_reason,
    figure.as_of
from metric_campus_period as figure
inner join campuses as campus on campus.campus_id = figure.campus_id
where
    figure.grain = 'school_year'
    and figure.metric = 'worst_weekday'
    and figure.period_key = coalesce(%(school_year)s::text, latest_figures(%(campus_id)s))
    and case
        when %(by)s = 'campus' then campus.kind = 'school' and not campus.made_up
        else figure.campus_id = %(campus_id)s
    end
order by campus.sourced_id
