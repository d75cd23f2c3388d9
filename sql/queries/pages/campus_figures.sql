-- All figures of a campus in its latest school year.
-- params:  campus_id bigint
select
    figure.metric,
    figure.dimension,
    figure.member,
    figure.n,
    figure.value,
    figure.null_reason,
    figure.as_of,
    figure.period_key as school_year,
    figure.job_id
from metric_campus_period as figure
where
    figure.campus_id = %(campus_id)s
    and figure.grain = 'school_year'
    and figure.period_key = (
        select max(latest.period_key) from metric_campus_period as latest
        where latest.campus_id = %(campus_id)s and latest.grain = 'school_year'
    )
