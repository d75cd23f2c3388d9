-- The weekday with the lowest mean, from the weekday means that were just written; a tie goes to
-- the earlier weekday. Serves a campus and the district alike.
-- params:  campus_id bigint, school_year text, job_id bigint
-- writes:  metric_campus_period: worst_weekday (low days left out), worst_weekday_with_low_days
-- source:  oracles_public.json nyc_sy2016, N6
insert into metric_campus_period (
    campus_id, grain, period_key, metric, dimension, member, n, value, null_reason, as_of, job_id
)
select distinct on (mean.metric)
    mean.campus_id,
    mean.grain,
    mean.period_key,
    case mean.metric
        when 'weekday_mean' then 'worst_weekday_with_low_days' else 'worst_weekday'
    end,
    mean.dimension,
    case when mean.value is not null then mean.member else '' end, -- withheld: no weekday is named
    mean.n,
    mean.value,
    mean.null_reason,
    mean.as_of,
    %(job_id)s
from metric_campus_period as mean
where
    mean.campus_id = %(campus_id)s
    and mean.grain = 'school_year'
    and mean.period_key = %(school_year)s
    and mean.metric in ('weekday_mean', 'weekday_mean_without_low_days')
    and mean.dimension = 'weekday'
order by
    mean.metric,
    mean.value,
    array_position(array['Mon', 'Tue', 'Wed', 'Thu', 'Fri'], mean.member)
