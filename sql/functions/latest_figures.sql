-- The latest school year that a campus, or the district, has figures of, under the asker's own
-- policies.
create or replace function latest_figures(p_campus_id bigint) returns text
language sql stable
set search_path = pg_catalog, public, pg_temp
as $$
    select max(figure.period_key) from metric_campus_period as figure
    where figure.campus_id = p_campus_id and figure.grain = 'school_year';
$$;
