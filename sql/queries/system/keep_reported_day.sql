-- Keeps one day's reported percentages; rows that are the same already stay untouched.
-- params:  job_id bigint, district_id bigint, day date, is_session boolean, numbers text[],
--          percents numeric[] (null: not submitted), total numeric or null
-- writes:  campus_day_reported, source nyc
with figures as (
    select
        campus.campus_id,
        listed.percent
    from unnest(%(numbers)s::text[], %(percents)s::numeric[]) as listed (number, percent)
    inner join campuses as campus on campus.sourced_id = listed.number
    union all
    select
        %(district_id)s,
        %(total)s::numeric
    where %(total)s::numeric is not null
)

insert into campus_day_reported (campus_id, school_date, source, percent, state, job_id)
select
    campus_id,
    %(day)s,
    'nyc',
    case when %(is_session)s then percent end,
    case
        when not %(is_session)s then 'no_session'
        when percent is null then 'not_submitted'
        else 'reported'
    end,
    %(job_id)s
from figures
order by campus_id
on conflict (campus_id, school_date, source) do update
    set percent = excluded.percent, state = excluded.state, job_id = excluded.job_id
    where (campus_day_reported.percent, campus_day_reported.state)
    is distinct from (excluded.percent, excluded.state)
