-- Who may call what, and what the roles may do on tables that no campus owns.
revoke all on job_transitions from public;
grant select on job_transitions to schoolbell_ledger;
grant select on job_transitions to schoolbell_campus, schoolbell_district, schoolbell_worker;

grant usage on schema clock to schoolbell_ledger, schoolbell_worker, schoolbell_web;
grant usage on schema clock to schoolbell_campus, schoolbell_district, schoolbell_signin;

-- Each owner takes its own functions away from everybody (the ledger's: rights_on_ledger.sql).
do $$
declare
    routine regprocedure;
begin
    for routine in
        select oid::regprocedure from pg_proc
        where pronamespace = 'public'::regnamespace and proowner = 'schoolbell_owner'::regrole
    loop
        execute format('revoke all on function %s from public', routine);
    end loop;
end;
$$;

grant execute on function
asker_token_hash(), asker_account(), asker_job(), asker_name(), is_district(),
visible_campuses(), startable_campuses(), shared_campuses(),
latest_figures(bigint)
to schoolbell_web, schoolbell_worker, schoolbell_campus, schoolbell_district, schoolbell_ledger;
grant execute on function whoami(), touch_session(interval), set_own_theme(text)
to schoolbell_web;
grant execute on function usual_seconds(text, bigint)
to schoolbell_campus, schoolbell_district;
grant execute on function cleanup_sessions() to schoolbell_district;
grant execute on function make_ledger_months(), analyze_after_bulk(), analyze_queue()
to schoolbell_district;
grant execute on function log_signin(text, text, text) to schoolbell_signin;

-- Procrastinate's own tables: the worker runs the queue, the ledger fills and empties it, and
-- neither the web nor a campus has any right on it.
grant select, insert, update, delete
on procrastinate_jobs, procrastinate_workers, procrastinate_periodic_defers, procrastinate_events
to schoolbell_worker;
grant select, insert, update, delete on procrastinate_jobs to schoolbell_ledger;
grant update on procrastinate_periodic_defers to schoolbell_ledger;
grant select on procrastinate_periodic_defers to schoolbell_ledger;
grant usage on
sequence procrastinate_jobs_id_seq,
procrastinate_periodic_defers_id_seq, procrastinate_events_id_seq
to schoolbell_worker, schoolbell_ledger;
do $$
declare
    routine regprocedure;
begin
    for routine in
        select oid::regprocedure from pg_proc
        where pronamespace = 'public'::regnamespace and proname like 'procrastinate\_%'
    loop
        execute format(
            'grant execute on function %s to schoolbell_worker, schoolbell_ledger', routine
        );
    end loop;
end;
$$;
