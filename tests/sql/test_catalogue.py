"""What the catalogue says about who may do what: what is not listed here fails."""

SERVING = (
    "schoolbell_web",
    "schoolbell_worker",
    "schoolbell_signin",
    "schoolbell_campus",
    "schoolbell_district",
    "schoolbell_ledger",
)

# Rights on whole tables, by role: a(ppend), r(ead), w(rite), d(elete). Columns stand further down.
TABLES = {
    "academic_sessions": {"campus": "arw", "district": "arw"},
    "account_roles": {"signin": "r"},
    "accounts": {},
    "audit_log": {"campus": "r", "district": "r", "ledger": "a"},
    "campus_day_reported": {"campus": "ardw", "district": "ardw"},
    "campuses": {"campus": "r", "district": "arw", "ledger": "ardw", "worker": "r"},
    "district_days": {"campus": "r", "district": "ardw"},
    "import_files": {"district": "ard"},
    "job_attempts": {"campus": "r", "district": "r", "ledger": "ardw", "worker": "r"},
    "job_attempts_*": {},
    "job_edges": {"campus": "r", "district": "r", "ledger": "ardw"},
    "job_keys": {"campus": "r", "district": "r", "ledger": "ardw", "worker": "r"},
    "job_leases": {"ledger": "ardw"},
    "job_log_lines": {"campus": "r", "district": "r", "worker": "a"},
    "job_parts": {"campus": "ar", "district": "ar"},
    "job_transitions": {"campus": "r", "district": "r", "ledger": "r", "worker": "r"},
    "jobs": {"campus": "r", "district": "r", "ledger": "ardw", "worker": "arw"},
    "jobs_*": {},
    "metric_campus_period": {"campus": "ardw", "district": "ardw"},
    "metric_dirty": {"campus": "ardw", "district": "ardw", "ledger": "ardw"},
    "procrastinate_events": {"worker": "ardw"},
    "procrastinate_jobs": {"ledger": "ardw", "worker": "ardw"},
    "procrastinate_periodic_defers": {"ledger": "rw", "worker": "ardw"},
    "procrastinate_workers": {"worker": "ardw"},
    "schema_migrations": {},
    "serving_home": {},
    "shown_jobs": {"campus": "r", "district": "r"},
    "signin_failures": {"signin": "ard"},
    "web_sessions": {"signin": "ard"},
    "worker_signs": {"district": "r", "worker": "ardw"},
}
ASKED = (
    "campus_id category task arguments duplicate_key queue priority is_district state"
    " requested_by requested_by_account reason tries max_attempts due_at"
)
LOGGED = "campus_id actor action object reason outcome"
COLUMNS = {
    ("accounts", "signin", "r"): "account_id login password_hash disabled_at",
    ("accounts", "signin", "w"): "password_hash",
    ("audit_log", "campus", "a"): LOGGED,
    ("audit_log", "district", "a"): LOGGED,
    ("job_leases", "worker", "r"): "job_id campus_id attempt expires_at",
    ("jobs", "campus", "a"): ASKED,
    ("jobs", "district", "a"): ASKED,
}
ASKERS = "campus district ledger web worker"
FUNCTIONS = {
    "asker_token_hash": ASKERS,
    "asker_account": ASKERS,
    "asker_job": ASKERS,
    "asker_name": ASKERS,
    "is_district": ASKERS,
    "visible_campuses": ASKERS,
    "startable_campuses": ASKERS,
    "shared_campuses": ASKERS,
    "school_year": ASKERS,
    "school_year_start": ASKERS,
    "school_year_end": ASKERS,
    "latest_figures": ASKERS,
    "usual_seconds": "campus district",
    "whoami": "web",
    "touch_session": "web",
    "set_own_theme": "web",
    "cancel_job": "campus district ledger",
    "run_job_again": "campus district ledger",
    "wait_for": "campus district ledger",
    "cleanup_sessions": "district",
    "make_ledger_months": "district",
    "analyze_after_bulk": "district",
    "analyze_queue": "district",
    "log_signin": "signin",
    "start_attempt": "ledger worker",
    "finish_job": "ledger worker",
    "retry_job": "ledger worker",
    "interrupt_job": "ledger worker",
    "renew_leases": "ledger worker",
    "sweep_expired_leases": "ledger worker",
    # Called by the ledger's own functions and triggers alone.
    "hold_job_for_asker": "ledger",
    "hold_lease": "ledger",
    "put_into_queue": "ledger",
    "tell_of_due_jobs": "ledger",
    "release_due_jobs": "ledger worker",
    "release_children": "ledger",
    "close_attempts": "ledger",
    "lease_length": "ledger",
    "check_job_transition": "ledger",
    "follow_job_insert": "ledger",
    "follow_job_update": "ledger",
    "follow_queue_update": "ledger",
    "follow_queue_delete": "ledger",
    "mark_reported_dirty": "ledger",
}
WHO_ASKS = ("visible_campuses()", "startable_campuses()", "shared_campuses()")


def test_every_table_with_a_campus_is_behind_row_security_that_binds_its_owner_too(ask):
    rows = ask(
        "select relname, relrowsecurity, relforcerowsecurity, relispartition,"
        " (select count(*) from pg_policy where polrelid = pg_class.oid) as policies"
        " from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
        " and exists (select 1 from pg_attribute where attrelid = pg_class.oid"
        " and attname = 'campus_id' and not attisdropped)"
    )
    assert len(rows) > 15
    assert [row.relname for row in rows if not row.relrowsecurity] == []
    assert [row.relname for row in rows if not row.relforcerowsecurity] == []
    assert [row.relname for row in rows if (row.policies == 0) != row.relispartition] == []


def test_every_view_looks_with_the_eyes_of_whoever_asks(ask):
    views = ask(
        "select relname, reloptions from pg_class"
        " where relnamespace = 'public'::regnamespace and relkind = 'v'"
    )
    assert [row.relname for row in views] == ["shown_jobs"]
    assert all("security_invoker=true" in (row.reloptions or []) for row in views)


def test_every_policy_of_a_campus_asks_who_is_asking_and_asks_it_once(ask):
    for row in ask("select * from pg_policies where 'schoolbell_campus' = any(roles)"):
        for condition in filter(None, (row.qual, row.with_check)):
            assert any(f"( SELECT {asked}" in condition for asked in WHO_ASKS), row


def test_every_policy_of_the_district_asks_whether_it_is_the_district(ask):
    for row in ask("select * from pg_policies where 'schoolbell_district' = any(roles)"):
        for condition in filter(None, (row.qual, row.with_check)):
            assert "( SELECT is_district()" in condition, row


def test_no_policy_is_meant_for_everybody(ask):
    assert ask("select * from pg_policies where 'public' = any(roles)") == []
    assert ask("select * from pg_policies where roles && array['schoolbell_web']::name[]") == []


def test_nothing_of_ours_is_open_to_everybody(ask):
    opened = ask(
        "select relname from pg_class, aclexplode(relacl) as granted"
        " where relnamespace in ('public'::regnamespace, 'clock'::regnamespace)"
        " and grantee = 0 and relname <> 'frozen'"  # the tests' own clock
    )
    assert opened == []
    assert (
        ask(
            "select 1 from pg_attribute, aclexplode(attacl) as granted"
            " where grantee = 0 and attrelid > 16384"
        )
        == []
    )


def test_each_role_has_the_rights_on_tables_that_are_listed_here(ask):
    rows = ask(
        "select relname, replace(rolname, 'schoolbell_', '') as role,"
        " string_agg(case privilege_type when 'SELECT' then 'r' when 'INSERT' then 'a'"
        " when 'UPDATE' then 'w' when 'DELETE' then 'd' else '!' || privilege_type end, ''"
        " order by privilege_type = 'UPDATE', privilege_type = 'DELETE',"
        " privilege_type = 'SELECT') as rights"
        " from pg_class left join aclexplode(relacl) as granted on grantee <> relowner"
        " left join pg_roles on pg_roles.oid = grantee"
        " where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm')"
        " group by 1, 2"
    )
    found = {}
    for row in rows:
        rights = {row.role: "".join(sorted(row.rights))} if row.role else {}
        found.setdefault(row.relname, {}).update(rights)
    wanted = {
        name: {role: "".join(sorted(r)) for role, r in TABLES[_kind(name)].items()}
        for name in found
    }
    assert {_kind(name) for name in found} == set(TABLES)
    assert found == wanted


def _kind(name):
    """Write all partitions of a table as one."""
    for parent in ("job_attempts_", "jobs_"):
        if name.startswith(parent):
            return f"{parent}*"
    return name


def test_each_role_has_the_rights_on_columns_that_are_listed_here(ask):
    rows = ask(
        "select attrelid::regclass::text as name, replace(rolname, 'schoolbell_', '') as role,"
        " case privilege_type when 'SELECT' then 'r' when 'INSERT' then 'a' else 'w' end as right,"
        " array_agg(attname::text order by attname) as columns"
        " from pg_attribute cross join aclexplode(attacl) as granted"
        " join pg_roles on pg_roles.oid = grantee"
        " join pg_class on pg_class.oid = attrelid and relnamespace = 'public'::regnamespace"
        " group by 1, 2, 3"
    )
    found = {(row.name, row.role, row.right): row.columns for row in rows}
    assert found == {key: sorted(columns.split()) for key, columns in COLUMNS.items()}


def test_sequences_belong_to_the_queue_alone(ask):
    rows = ask(
        "select distinct relname, rolname from pg_class, aclexplode(relacl) as granted"
        " join pg_roles on pg_roles.oid = grantee"
        " where relkind = 'S' and grantee <> relowner"
    )
    assert {row.rolname for row in rows} == {"schoolbell_worker", "schoolbell_ledger"}
    assert all(row.relname.startswith("procrastinate_") for row in rows)


def test_each_function_may_be_called_by_the_roles_that_are_listed_here(ask):
    rows = ask(
        "select proname, string_agg(replace(rolname, 'schoolbell_', ''), ' ' order by rolname)"
        " filter (where has_function_privilege(pg_roles.oid, pg_proc.oid, 'execute')) as roles"
        " from pg_proc cross join pg_roles where pronamespace = 'public'::regnamespace"
        " and proname not like 'procrastinate%%' and rolname = any(%s) group by proname",
        list(SERVING),
    )
    assert {row.proname: row.roles for row in rows} == FUNCTIONS


def test_the_queues_own_functions_are_for_the_worker_and_the_ledger(ask):
    rows = ask(
        "select distinct rolname from pg_proc, pg_roles"
        " where proname like 'procrastinate%%' and rolname like 'schoolbell%%'"
        " and has_function_privilege(pg_roles.oid, pg_proc.oid, 'execute')"
    )
    assert {row.rolname for row in rows} == {
        "schoolbell_owner",
        "schoolbell_ledger",
        "schoolbell_worker",
    }


def test_a_function_with_its_owners_rights_has_a_fixed_search_path_and_is_not_for_everybody(ask):
    rows = ask(
        "select proname, coalesce(array_to_string(proconfig, ' '), '') as settings,"
        " exists (select 1 from aclexplode(coalesce(proacl, acldefault('f', proowner)))"
        " where grantee = 0) as is_public"
        " from pg_proc where prosecdef and pronamespace = 'public'::regnamespace"
    )
    assert len(rows) > 25
    assert [row.proname for row in rows if "search_path=" not in row.settings] == []
    assert [row.proname for row in rows if not row.settings.endswith("pg_temp")] == []
    assert [row.proname for row in rows if row.is_public] == []


def test_every_trigger_that_keeps_the_ledger_is_there_and_on(ask):
    rows = ask(
        "select tgrelid::regclass::text || ' ' || tgname as name from pg_trigger"
        " where not tgisinternal and tgenabled = 'O' and tgparentid = 0"
        " and tgrelid in ('jobs'::regclass, 'campus_day_reported'::regclass,"
        " 'procrastinate_jobs'::regclass) and tgname not like 'procrastinate%%'"
    )
    assert {row.name for row in rows} == {
        "jobs check_job_transition",
        "jobs follow_job_insert",
        "jobs follow_job_update",
        "procrastinate_jobs follow_queue_update",
        "procrastinate_jobs follow_queue_delete",
        "campus_day_reported mark_dirty_on_insert",
        "campus_day_reported mark_dirty_on_update",
        "campus_day_reported mark_dirty_on_delete",
    }
