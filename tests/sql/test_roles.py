"""No login inherits, none has a power over the server, and none can make anything of its own."""

import pytest

LOGINS = ("schoolbell_web", "schoolbell_worker", "schoolbell_signin")
SERVING = (*LOGINS, "schoolbell_campus", "schoolbell_district", "schoolbell_ledger")


@pytest.mark.parametrize("login", LOGINS)
@pytest.mark.parametrize("role", ["schoolbell_district", "schoolbell_campus", "schoolbell_owner"])
def test_no_login_inherits_what_it_may_take_on(ask, login, role):
    [row] = ask("select pg_has_role(%s, %s, 'USAGE') as inherits", login, role)
    assert not row.inherits


def test_the_web_and_the_worker_may_take_on_two_roles_and_the_sign_in_none(ask):
    rows = ask(
        "select member.rolname as login, held.rolname as role"
        " from pg_roles as member, pg_roles as held where member.rolname = any(%s)"
        " and held.rolname <> member.rolname and pg_has_role(member.oid, held.oid, 'MEMBER')",
        list(LOGINS),
    )
    both = ("schoolbell_campus", "schoolbell_district")
    assert {tuple(row) for row in rows} == {
        (login, role) for login in ("schoolbell_web", "schoolbell_worker") for role in both
    }


def test_no_serving_role_has_a_power_over_the_server(ask):
    rows = ask(
        "select rolname from pg_roles where rolname = any(%s)"
        " and (rolsuper or rolinherit or rolcreaterole or rolcreatedb or rolreplication"
        " or rolbypassrls)",
        [*SERVING, "schoolbell_owner"],
    )
    assert rows == []


def test_only_the_backup_role_reads_past_row_security(ask):
    rows = ask(
        "select rolname, rolcanlogin from pg_roles"
        " where rolbypassrls and rolname like 'schoolbell\\_%%'"
    )
    assert [tuple(row) for row in rows] == [("schoolbell_backup", False)]


def test_nobody_who_serves_may_create_in_our_schemas(ask):
    rows = ask(
        "select rolname, nspname from pg_roles, pg_namespace where rolname = any(%s)"
        " and nspname in ('public', 'clock') and has_schema_privilege(rolname, nspname, 'CREATE')",
        list(SERVING),
    )
    assert rows == []
