-- Who is asking: the setting schoolbell.token carries the random token of a signed-in session or of
-- a running job. Its hash is looked up in tables the asker cannot read, so it cannot be forged.
-- Each function is called once a statement, from a policy's sub-select (performance.md: 36 to 58
-- times dearer when called for every row).

create or replace function asker_token_hash() returns bytea
language sql stable
set search_path = pg_catalog, public, pg_temp
as $$
    select sha256(convert_to(nullif(current_setting('schoolbell.token', true), ''), 'UTF8'));
$$;

create or replace function asker_account() returns bigint
language sql stable security definer
set search_path = pg_catalog, public, pg_temp
as $$
    select session.account_id
    from web_sessions as session
    inner join accounts as account on account.account_id = session.account_id
    where session.token_hash = asker_token_hash()
        and session.expires_at > clock.now()
        and account.disabled_at is null;
$$;

create or replace function is_district() returns boolean
language sql stable security definer
set search_path = pg_catalog, public, pg_temp
as $$
    select exists (
        select 1 from account_roles as held
        where held.account_id = asker_account() and held.role = 'district_admin'
    ) or exists (
        select 1 from job_leases as lease
        where lease.token_hash = asker_token_hash() and lease.is_district
    );
$$;

create or replace function visible_campuses() returns bigint[]
language sql stable security definer
set search_path = pg_catalog, public, pg_temp
as $$
    select coalesce(array_agg(distinct own.campus_id), '{}')
    from (
        select held.campus_id from account_roles as held
        where held.account_id = asker_account() and held.campus_id is not null
        union all
        select lease.campus_id from job_leases as lease
        where lease.token_hash = asker_token_hash() and not lease.is_district
    ) as own;
$$;

-- The campuses where the asker may start and stop jobs; viewers and auditors only look.
create or replace function startable_campuses() returns bigint[]
language sql stable security definer
set search_path = pg_catalog, public, pg_temp
as $$
    select coalesce(array_agg(distinct own.campus_id), '{}')
    from (
        select held.campus_id from account_roles as held
        where held.account_id = asker_account()
            and held.role in ('campus_lead', 'campus_admin')
        union all
        select lease.campus_id from job_leases as lease
        where lease.token_hash = asker_token_hash() and not lease.is_district
    ) as own;
$$;

-- The asker's own campuses and the district whose calendar they share.
create or replace function shared_campuses() returns bigint[]
language sql stable security definer
set search_path = pg_catalog, public, pg_temp
as $$
    select coalesce(array_agg(distinct campus.campus_id), '{}')
    from campuses as own
    inner join campuses as campus
        on campus.campus_id in (own.campus_id, own.district_campus_id)
    where own.campus_id = any(visible_campuses());
$$;

-- The job whose handler is asking; null when a person asks.
create or replace function asker_job() returns bigint
language sql stable security definer
set search_path = pg_catalog, public, pg_temp
as $$
    select lease.job_id from job_leases as lease
    where lease.token_hash = asker_token_hash();
$$;

-- The name that the ledger and the audit log show: the person, or who asked for the running job.
create or replace function asker_name() returns text
language sql stable security definer
set search_path = pg_catalog, public, pg_temp
as $$
    select coalesce(
        (
            select coalesce(session.actor, account.name)
            from web_sessions as session
            inner join accounts as account on account.account_id = session.account_id
            where session.token_hash = asker_token_hash()
                and session.expires_at > clock.now()
                and account.disabled_at is null
        ),
        (
            select job.requested_by
            from job_leases as lease
            inner join jobs as job on job.id = lease.job_id
            where lease.token_hash = asker_token_hash()
        )
    );
$$;

-- What a page needs to know of the person who is signed in; no row when nobody is.
create or replace function whoami()
returns table (
    account_id bigint, login text, name text, theme text, role text,
    is_district_admin boolean, campus_ids bigint[], startable_ids bigint[]
)
language sql stable security definer
set search_path = pg_catalog, public, pg_temp
as $$
    select
        account.account_id,
        account.login,
        asker_name(),
        account.theme,
        (
            select held.role from account_roles as held
            where held.account_id = account.account_id
            order by array_position(
                array['district_admin', 'campus_lead', 'campus_admin', 'campus_viewer', 'auditor'],
                held.role
            )
            limit 1
        ),
        is_district(),
        visible_campuses(),
        startable_campuses()
    from accounts as account
    where account.account_id = asker_account()
        and exists (
            select 1 from account_roles as held
            where held.account_id = account.account_id
        );
$$;

-- Keeps the asker's own session alive while it is used, at most one write in five minutes.
create or replace function touch_session(idle interval) returns void
language sql volatile security definer
set search_path = pg_catalog, public, pg_temp
as $$
    update web_sessions as session
    set seen_at = clock.now(),
        expires_at = least(clock.now() + idle, session.created_at + interval '7 days')
    where session.token_hash = asker_token_hash()
        and session.expires_at > clock.now()
        and session.seen_at < clock.now() - interval '5 minutes';
$$;

create or replace function set_own_theme(wanted text) returns void
language sql volatile security definer
set search_path = pg_catalog, public, pg_temp
as $$
    update accounts set theme = wanted where account_id = asker_account();
$$;

-- Removes sessions that have ended and failed sign-ins that no longer count. Returns how many.
create or replace function cleanup_sessions() returns table (sessions bigint, failures bigint)
language sql volatile security definer
set search_path = pg_catalog, public, pg_temp
as $$
    with ended as (
        delete from web_sessions where expires_at <= clock.now() returning 1
    ),
    forgotten as (
        delete from signin_failures
        where failed_at < clock.now() - interval '1 day' returning 1
    )
    select (select count(*) from ended), (select count(*) from forgotten);
$$;

-- Sign-ins and sign-outs are acts too; they belong to the district's log.
create or replace function log_signin(p_login text, p_action text, p_outcome text) returns void
language sql volatile security definer
set search_path = pg_catalog, public, pg_temp
as $$
    insert into audit_log (campus_id, actor, action, object, reason, outcome)
    select campus_id, p_login, p_action, 'session', 'asked for by the person', p_outcome
    from campuses where kind = 'district';
$$;
