-- owner: schoolbell_ledger
-- Who may call the ledger's functions. Only their owner can take them away from everybody: the
-- same statement, given by another role, changes nothing and says so in a warning alone.
do $$
declare
    routine regprocedure;
begin
    for routine in
        select oid::regprocedure from pg_proc
        where pronamespace = 'public'::regnamespace and proowner = 'schoolbell_ledger'::regrole
    loop
        execute format('revoke all on function %s from public', routine);
        -- Who makes a trigger must be allowed to call its function; nobody serves as the owner.
        execute format('grant execute on function %s to schoolbell_owner', routine);
    end loop;
end;
$$;

grant execute on function school_year(date), school_year_start(text), school_year_end(text)
to schoolbell_web, schoolbell_worker, schoolbell_campus, schoolbell_district;
grant execute on function cancel_job(bigint, text), run_job_again(bigint, text)
to schoolbell_campus, schoolbell_district;
grant execute on function wait_for(bigint, bigint[], text)
to schoolbell_campus, schoolbell_district;
grant execute on function
start_attempt(bigint, bigint, text, text),
finish_job(bigint, text, float8, text, jsonb, jsonb, text, text, text, text),
retry_job(bigint, text, float8, timestamptz, text, text, text, text),
interrupt_job(bigint, text),
renew_leases(bigint[]),
release_due_jobs(),
sweep_expired_leases()
to schoolbell_worker;
