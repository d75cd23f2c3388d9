-- Makes the ledger's monthly partitions up to three months ahead, so that no month is ever missing.
-- Rows that already lie in the default partition move into their month first. Each partition is
-- closed to everybody: it has row security and no policy, and is read through its parent alone.
create or replace function make_ledger_months() returns integer
language plpgsql security definer
set search_path = public, pg_temp
as $$
declare
    parent text;
    month date;
    partition text;
    made integer := 0;
    time_column text;
begin
    perform pg_advisory_xact_lock(hashtext('make_ledger_months'));
    foreach parent in array array['jobs', 'job_attempts'] loop
        time_column := case parent when 'jobs' then 'created_at' else 'started_at' end;
        -- Row security binds owners too: the rows that move must be seen for a moment.
        execute format('alter table %I no force row level security', parent || '_other_months');
        for month in
            select generate_series(
                date_trunc('month', clock.now() at time zone 'UTC'),
                date_trunc('month', clock.now() at time zone 'UTC') + interval '3 months',
                interval '1 month'
            )::date
        loop
            partition := parent || to_char(month, '_YYYY_MM');
            continue when to_regclass(partition) is not null;
            execute format('create table %I (like %I including defaults including constraints)',
                partition, parent);
            execute format(
                'with moved as (delete from %1$I where %2$I >= %3$L and %2$I < %4$L returning *) '
                'insert into %5$I select * from moved',
                parent || '_other_months', time_column,
                month::timestamp at time zone 'UTC',
                (month + interval '1 month') at time zone 'UTC', partition);
            execute format('alter table %I attach partition %I for values from (%L) to (%L)',
                parent, partition,
                month::timestamp at time zone 'UTC',
                (month + interval '1 month') at time zone 'UTC');
            execute format('alter table %I enable row level security', partition);
            execute format('alter table %I force row level security', partition);
            made := made + 1;
        end loop;
        execute format('alter table %I enable row level security', parent || '_other_months');
        execute format('alter table %I force row level security', parent || '_other_months');
    end loop;
    return made;
end;
$$;
