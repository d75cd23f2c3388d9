-- owner: schoolbell_ledger
-- Reported figures that changed make the school year's patterns of that campus due again.
-- The row is touched even when it is there: a refresh that is deleting it must then wait for this
-- change or see it. A school year runs from August to July.

-- No search_path of its own: with one, it could not be inlined and would cost 50 times as much.
create or replace function school_year(day date) returns text
language sql immutable
as $$
    select extract(year from day - interval '7 months')::integer::text || '-'
        || lpad(((extract(year from day - interval '7 months')::integer + 1) % 100)::text, 2, '0');
$$;

-- The first day of a school year such as 2015-16; a range of days can use an index.
create or replace function school_year_start(year text) returns date
language sql immutable
as $$
    select make_date(left(year, 4)::integer, 8, 1);
$$;

create or replace function school_year_end(year text) returns date
language sql immutable
as $$
    select make_date(left(year, 4)::integer + 1, 8, 1);
$$;

create or replace function mark_reported_dirty() returns trigger
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
begin
    insert into metric_dirty (campus_id, grain, period_key)
    select distinct campus_id, 'school_year', school_year(school_date)
    from changed_rows
    order by campus_id
    on conflict (campus_id, grain, period_key) do update set since = excluded.since;
    return null;
end;
$$;
