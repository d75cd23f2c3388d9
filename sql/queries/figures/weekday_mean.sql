-- Mean reported attendance by weekday, in percent; low days can be left out.
-- by:      weekday, borough, campus
-- options: exclude_low_days
-- params:  by text, campus_id bigint, school_year text or null, exclude_low_days boolean
-- returns: campus, borough, weekday, value, n, null_reason, as_of
select
    case when %(by)s = 'campus' or campus.kind = 'school' then campus.sourced_id end as campus,
    case when %(by)s = 'borough' then left(figure.member, 1) end as borough,
    right(figure.member, 3) as weekday,
    figure.value,
    figure.n,
    figure.null_reason,
    figure.as_of
from metric_campus_period as figure
inner join campuses as campus on campus.campus_id = figure.campus_id
where
    figure.grain = 'school_year'
    and figure.metric = case
        when %(exclude_low_days)s then 'weekday_mean_without_low_days' else 'weekday_mean'
    end
    and figure.period_key = coalesce(%(school_year)s::text, latest_figures(%(campus_id)s))
    and figure.dimension = case when %(by)s = 'borough' then 'borough weekday' else 'weekday' end
    and case
        when %(by)s = 'campus' then campus.kind = 'school' and not campus.made_up
        else figure.campus_id = %(campus_id)s
    end
order by
    campus.sourced_id,
    case when %(by)s = 'borough' then left(figure.member, 1) end,
    array_position(array['Mon', 'Tue', 'Wed', 'Thu', 'Fri'], right(figure.member, 3))
