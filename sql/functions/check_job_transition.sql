-- owner: schoolbell_ledger
-- A job moves only along job_transitions, and never changes whose it is.
create or replace function check_job_transition() returns trigger
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if (new.id, new.campus_id, new.task, new.is_district, new.requested_by)
        is distinct from (old.id, old.campus_id, old.task, old.is_district, old.requested_by)
    then
        raise exception 'Job % cannot become another job.', old.id;
    end if;
    if new.state is distinct from old.state then
        if not exists (
            select 1 from job_transitions as allowed
            where allowed.from_state = old.state and allowed.to_state = new.state
        ) then
            raise exception 'Job % cannot go from % to %.', old.id, old.state, new.state
                using errcode = 'check_violation';
        end if;
        new.changed_at := clock.now();
    end if;
    return new;
end;
$$;
