-- Campuses by name with the figures of the latest school year each has, from a key on.
-- params:  borough text or null, search text or null, after_name text or null,
--          after_id bigint or null, most integer
select
    campus.campus_id,
    campus.sourced_id,
    campus.name,
    campus.borough,
    campus.made_up,
    mean.value as mean_percent,
    mean.n as days,
    mean.null_reason,
    mean.as_of,
    mean.period_key as school_year,
    worst.member as worst_weekday,
    worst.value as worst_percent
from campuses as campus
left join lateral (
    select * from metric_campus_period as figure
    where
        figure.campus_id = campus.campus_id
        and figure.grain = 'school_year'
        and figure.metric = 'attendance_mean'
        and figure.dimension = ''
    order by figure.period_key desc
    limit 1
) as mean on true
left join metric_campus_period as worst
    on
        worst.campus_id = campus.campus_id
        and worst.grain = 'school_year'
        and worst.period_key = mean.period_key
        and worst.metric = 'worst_weekday'
where
    campus.kind = 'school'
    and (%(borough)s::text is null or campus.borough = %(borough)s)
    and (
        %(search)s::text is null
        or campus.sourced_id = upper(%(search)s)
        or starts_with(campus.name, upper(%(search)s))
    )
    and (
        %(after_name)s::text is null
        or (campus.name, campus.campus_id) > (%(after_name)s::text, %(after_id)s::bigint)
    )
order by campus.name, campus.campus_id
limit %(most)s
