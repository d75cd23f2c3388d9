-- The latest school year that there are figures of, under the asker's own policies: of a campus, or
-- for the district of any of its campuses that is not made up.
create or replace function latest_figures(p_campus_id bigint) returns text
language sql stable
set search_path = pg_catalog, public, pg_temp
as $$
    select max(figure.period_key)
    from campuses as asked
    inner join campuses as campus
        on campus.campus_id = asked.campus_id
        or (campus.district_campus_id = asked.campus_id and not campus.made_up)
    inner join metric_campus_period as figure on figure.campus_id = campus.campus_id
    where asked.campus_id = p_campus_id
        and figure.grain = 'school_year'
        and figure.metric = 'attendance_mean'
        and figure.dimension = '';
$$;
