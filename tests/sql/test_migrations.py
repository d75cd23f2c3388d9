"""Migrations go forward, once each, as a login that is no superuser, and never behind our backs."""

import os
import shutil
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from procrastinate.schema import SchemaManager, migrations_path
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.rows import namedtuple_row

from schoolbell.queue import migrate, postgres
from schoolbell.queue.errors import SetupError

# Everything that a schema consists of, as text, without what is only numbering.
SCHEMA = """
select table_name, column_name, data_type, is_nullable, column_default
from information_schema.columns where table_schema = 'public' order by 1, 2;
select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint
where connamespace = 'public'::regnamespace order by 1, 2;
select indexname, indexdef from pg_indexes where schemaname = 'public' order by 1;
select tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), tgenabled from pg_trigger
where not tgisinternal order by 1, 2;
select proname, pg_get_function_identity_arguments(oid), pg_get_functiondef(oid) from pg_proc
where pronamespace = 'public'::regnamespace and prokind = 'f' order by 1, 2;
select tablename, policyname, cmd, roles::text, qual, with_check from pg_policies order by 1, 2;
select typname, array_agg(enumlabel::text order by enumsortorder) from pg_enum
join pg_type on pg_type.oid = enumtypid group by 1 order by 1;
select typname, array_agg(attname || ' ' || format_type(atttypid, atttypmod) order by attname)
from pg_type join pg_attribute on attrelid = typrelid and attnum > 0 and not attisdropped
where typnamespace = 'public'::regnamespace group by 1 order by 1
"""


@contextmanager
def database(url, name, **options):
    """Make an empty database beside the tests' own and drop it afterwards."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        try:
            yield make_conninfo(url, dbname=name, **options)
        finally:
            connection.execute(
                sql.SQL("drop database {} with (force)").format(sql.Identifier(name))
            )


def schema(url):
    with psycopg.connect(url) as connection:
        return [connection.execute(question).fetchall() for question in SCHEMA.split(";")]


def test_a_second_migration_applies_nothing(database_url):
    assert migrate.migrate(database_url) == []


def test_functions_and_policies_are_applied_again_as_a_whole_and_change_nothing(database_url):
    before = schema(database_url)
    with psycopg.connect(database_url, autocommit=True) as connection:
        clock = "select pg_get_functiondef('clock.now'::regproc)"
        frozen = connection.execute(clock).fetchone()
        connection.execute("delete from schema_migrations where source = 'definitions'")
        assert migrate.migrate(database_url) == ["functions and policies"]
        assert connection.execute(clock).fetchone() == frozen
    assert schema(database_url) == before


def test_a_migration_that_was_edited_after_it_was_applied_is_refused(database_url):
    edit = "update schema_migrations set sha256 = %s where name = '0004_ledger.sql' returning 1"
    with psycopg.connect(database_url, autocommit=True) as connection:
        [known] = connection.execute(
            "select sha256 from schema_migrations where name = '0004_ledger.sql'"
        ).fetchone()
        connection.execute(edit, ("of another text",))
        with pytest.raises(SetupError, match=r"0004_ledger\.sql was changed after it was applied"):
            migrate.migrate(database_url)
        connection.execute(edit, (known,))


def test_what_fills_a_table_later_sees_its_rows_as_the_owner(owner):
    with owner.transaction():
        owner.execute("set local role schoolbell_owner")
        assert owner.execute("select count(*) from campuses").fetchone().count == 1
        assert owner.execute("update campuses set name = name").rowcount == 1


def test_every_table_under_row_security_lets_a_migration_at_its_rows(owner):
    rows = owner.execute(
        "select relname from pg_class where relnamespace = 'public'::regnamespace"
        " and relforcerowsecurity and not relispartition and not exists (select 1 from pg_policies"
        " where tablename = relname and 'schoolbell_owner' = any(roles) and cmd = 'ALL'"
        " and qual = 'true' and with_check = 'true')"
    ).fetchall()
    assert rows == []


def test_the_queues_whole_schema_equals_the_sum_of_its_migrations(database_url):
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    with database(database_url, f"whole_{worker}") as whole:
        with psycopg.connect(whole) as connection:
            connection.execute(SchemaManager.get_schema())
        with database(database_url, f"sum_{worker}") as summed:
            with psycopg.connect(summed) as connection:
                for script in sorted(migrations_path.glob("*.sql")):
                    connection.execute(script.read_text())
            assert schema(whole) == schema(summed)


@pytest.mark.heavy
def test_a_login_that_is_no_superuser_installs_and_sees_what_is_installed(tmp_path):
    home = Path("/tmp") / f"schoolbell-installer-{os.getpid()}"  # noqa: S108 (its user may enter)
    server = postgres.ensure(home, durable=False)
    try:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("create role it login createrole createdb password 'test'")
            connection.execute("create database managed owner it")
        managed = make_conninfo(server, dbname="managed", user="it", password="test")
        assert "functions and policies" in migrate.migrate(managed)
        assert migrate.migrate(managed) == []
        assert_roles_are_in_order(managed)
    finally:
        postgres.stop(home)
        shutil.rmtree(home)


def assert_roles_are_in_order(managed):
    with psycopg.connect(managed, row_factory=namedtuple_row) as connection:
        row = connection.execute(
            "select pg_has_role('schoolbell_web', 'schoolbell_district', 'USAGE') as inherits,"
            " pg_has_role('schoolbell_web', 'schoolbell_district', 'MEMBER') as may_take_on,"
            " (select relforcerowsecurity from pg_class where oid = 'jobs'::regclass) as forced,"
            " has_function_privilege('schoolbell_web', 'sweep_expired_leases()', 'execute') as open"
        ).fetchone()
    assert tuple(row) == (False, True, True, False)


def test_an_installer_with_the_rights_of_a_managed_server_migrates(database_url):
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    login = f"installer_{worker}"
    named = sql.Identifier(login)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("create role {} login createrole createdb password 'test'").format(named)
        )
        for role in (*migrate.GROUP_ROLES, *migrate.LOGIN_ROLES):  # as if it had made them
            connection.execute(
                sql.SQL("grant {} to {} with admin option").format(sql.Identifier(role), named)
            )
        with database(database_url, f"managed_{worker}", user=login, password="test") as managed:
            connection.execute(
                sql.SQL("alter database {} owner to {}").format(
                    sql.Identifier(f"managed_{worker}"), named
                )
            )
            migrate.migrate(managed)
            assert migrate.migrate(managed) == []
            assert schema(managed) == schema(database_url)
        connection.execute(sql.SQL("drop owned by {}").format(named))
        connection.execute(sql.SQL("drop role {}").format(named))
