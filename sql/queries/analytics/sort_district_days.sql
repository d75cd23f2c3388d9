-- Tells what each day of a school year was for the district, and which days were low; a change in
-- what is low makes every school's figures of that year due.
-- params:  campus_id bigint (the district), school_year text, job_id bigint
-- writes:  district_days, metric_dirty
-- source:  oracles_public.json nyc_sy2016, N1 (under half of the schools: partial) and N4 (below
--          median - 3 * 1.4826 * median absolute deviation of the district days' means)
with reported as (
    -- The district's own row tells of days on which no school is listed at all.
    select
        day.school_date,
        case when campus.kind = 'school' then day.campus_id end as campus_id,
        case when campus.kind = 'school' then day.percent end as percent
    from campus_day_reported as day
    inner join campuses as campus on campus.campus_id = day.campus_id
    where not campus.made_up
        and day.school_date >= school_year_start(%(school_year)s)
        and day.school_date < school_year_end(%(school_year)s)
),
listed as (
    select count(distinct campus_id) as schools from reported
),
days as (
    select
        school_date,
        count(percent) as reporting,
        listed.schools,
        avg(percent) as mean,
        case
            when count(percent) = 0 then 'no_session'
            when count(percent) < 0.5 * listed.schools then 'partial'
            else 'district_day'
        end as kind
    from reported cross join listed
    group by school_date, listed.schools
),
middle as (
    select percentile_cont(0.5) within group (order by mean) as median
    from days where kind = 'district_day'
),
spread as (
    select
        middle.median,
        1.4826 * percentile_cont(0.5) within group (order by abs(days.mean - middle.median)) as mad
    from days cross join middle
    where days.kind = 'district_day'
    group by middle.median
),
before as (
    select school_date from district_days
    where is_low and school_date >= school_year_start(%(school_year)s)
 and school_date < school_year_end(%(school_year)s)
),
sorted as (
    insert into district_days (
        campus_id, school_date, kind, reporting_schools, listed_schools, mean_percent, is_low,
        job_id
    )
    select
        %(campus_id)s,
        days.school_date,
        days.kind,
        days.reporting,
        days.schools,
        round(days.mean, 4),
        coalesce(days.kind = 'district_day' and days.mean < spread.median - 3 * spread.mad, false),
        %(job_id)s
    from days left join spread on true
    on conflict (campus_id, school_date) do update
    set kind = excluded.kind,
        reporting_schools = excluded.reporting_schools,
        listed_schools = excluded.listed_schools,
        mean_percent = excluded.mean_percent,
        is_low = excluded.is_low,
        job_id = excluded.job_id
    returning school_date, is_low
),
changed as (
    select sorted.school_date from sorted
    where sorted.is_low <> (sorted.school_date in (select before.school_date from before))
)
insert into metric_dirty (campus_id, grain, period_key)
select distinct reported.campus_id, 'school_year', %(school_year)s::text
from reported
where reported.campus_id is not null and exists (select 1 from changed)
order by reported.campus_id
on conflict (campus_id, grain, period_key) do update set since = excluded.since
