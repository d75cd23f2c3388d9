"""Bring a database to this version's schema: roles, Procrastinate's tables, ours, who may what.

Migrations only go forward, each once, in a transaction of its own; functions and policies are
applied again whenever one of their files has changed. A second process waits for the first.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from importlib.resources.abc import Traversable

import psycopg
from procrastinate.schema import SchemaManager, migrations_path
from psycopg import sql

from schoolbell.queue import db
from schoolbell.queue.db import Transaction
from schoolbell.queue.errors import SetupError

OWNER = "schoolbell_owner"
LEDGER = "schoolbell_ledger"
LOGIN_ROLES = ("schoolbell_web", "schoolbell_worker", "schoolbell_signin")
GROUP_ROLES = (OWNER, LEDGER, db.CAMPUS, db.DISTRICT, "schoolbell_backup")

NO_RIGHT = (
    "This login may not install Schoolbell: {}. It must own the database and may create roles."
)

# Definitions that call functions, which must be there first.
BUILT_ON_FUNCTIONS = {"shown_jobs.sql", "triggers.sql"}

# Any number will do, as long as every version of Schoolbell takes the same one.
MIGRATION_LOCK = 7_435_001


def migrate(installer_url: str) -> list[str]:
    """Apply what is missing and return the names of what was applied, oldest first.

    Raises SetupError when a migration that has been applied was edited afterwards.
    """
    with db.installer(installer_url) as connection:
        connection.execute("select pg_advisory_lock(%s)", (MIGRATION_LOCK,))
        # Rather fail and be started again than hold up everybody who serves.
        connection.execute("set lock_timeout = '10s'")
        try:
            make_roles(connection)
        except psycopg.errors.InsufficientPrivilege as refused:
            raise SetupError(NO_RIGHT.format(refused.diag.message_primary)) from refused
        with connection.transaction():
            connection.execute(sql.SQL("set local role {}").format(sql.Identifier(OWNER)))
            connection.execute(_LEDGER_OF_MIGRATIONS)
        applied = [
            *_apply_procrastinate(connection),
            *_apply_migrations(connection),
        ]
        return applied + _apply_definitions(connection, again=bool(applied))


def make_roles(connection: Transaction) -> None:
    """Create the roles that are absent, NOINHERIT before any grant.

    An inherited membership would add the district's policy to every campus query, and on
    PostgreSQL 16 and later a change of the attribute after the grant has no effect.
    """
    for role in (*GROUP_ROLES, *LOGIN_ROLES):
        known = connection.execute("select 1 from pg_roles where rolname = %s", (role,)).fetchone()
        if not known:
            login = sql.SQL("login" if role in LOGIN_ROLES else "nologin")
            connection.execute(
                sql.SQL("create role {} noinherit {}").format(sql.Identifier(role), login)
            )
    connection.execute("grant schoolbell_owner, schoolbell_ledger to current_user")
    connection.execute(
        "grant schoolbell_campus, schoolbell_district to schoolbell_web, schoolbell_worker"
    )
    connection.execute("grant usage, create on schema public to schoolbell_owner")
    connection.execute("grant usage on schema public to schoolbell_backup, schoolbell_ledger")
    database = connection.info.dbname
    connection.execute(
        sql.SQL("grant create on database {} to schoolbell_owner").format(sql.Identifier(database))
    )
    _allow_backups(connection)


def _allow_backups(connection: Transaction) -> None:
    """Let the backup role see every row, where this server's installer may grant that."""
    try:
        connection.execute("alter role schoolbell_backup bypassrls")
    except psycopg.errors.InsufficientPrivilege:
        # A managed server: its own snapshots take the place of our dump (docs/operators).
        return


_LEDGER_OF_MIGRATIONS = """
create table if not exists schema_migrations (
    source text not null,
    name text not null,
    sha256 text not null,
    applied_at timestamptz not null default pg_catalog.now(),
    primary key (source, name)
)
"""


def _apply_procrastinate(connection: Transaction) -> list[str]:
    """Install Procrastinate's schema, or the migrations that a newer release has added.

    Its command keeps no record of what was applied, so the record is kept here. The whole schema
    equals the sum of the migrations (compared with pg_dump; docs/decisions/0002-migrations.md).
    """
    known = _recorded(connection, "procrastinate")
    scripts = sorted(migrations_path.glob("*.sql"))
    if not known:
        with _as_role(connection, OWNER):
            _execute(connection, SchemaManager.get_schema())
            for script in scripts:
                _record(connection, "procrastinate", script.name, script.read_text())
        return ["procrastinate: schema"]
    missing = [script for script in scripts if script.name not in known]
    for script in missing:
        with _as_role(connection, OWNER):
            _execute(connection, script.read_text())
            _record(connection, "procrastinate", script.name, script.read_text())
    return [f"procrastinate: {script.name}" for script in missing]


def _apply_migrations(connection: Transaction) -> list[str]:
    known = _recorded(connection, "schoolbell")
    applied = []
    for file in _files("migrations"):
        text = file.read_text("utf-8")
        if file.name in known:
            if known[file.name] != _digest(text):
                message = f"{file.name} was changed after it was applied; add a new one instead."
                raise SetupError(message)
            continue
        with _as_role(connection, OWNER):
            _execute(connection, text)
            _record(connection, "schoolbell", file.name, text)
        applied.append(file.name)
    return applied


def _apply_definitions(connection: Transaction, *, again: bool) -> list[str]:
    """Apply functions, then policies, in one transaction: nobody sees half of them."""
    functions = sorted(
        _files("functions"), key=lambda file: (file.name in BUILT_ON_FUNCTIONS, file.name)
    )
    policies = sorted(_files("policies"), key=lambda file: (file.name == "rights.sql", file.name))
    whole = "".join(file.read_text("utf-8") for file in (*functions, *policies))
    known = _recorded(connection, "definitions").get("all")
    if known == _digest(whole) and not again:
        return []
    with connection.transaction():
        connection.execute("set local check_function_bodies = off")
        # A function's owner needs the right to create in its schema, only while it is made.
        connection.execute("grant create on schema public to schoolbell_ledger")
        connection.execute("grant usage, create on schema public to schoolbell_owner")
        for file in (*functions, *policies):
            text = file.read_text("utf-8")
            owner = LEDGER if text.startswith(f"-- owner: {LEDGER}") else OWNER
            with _as_role(connection, owner):
                _execute(connection, text)
        connection.execute("revoke create on schema public from schoolbell_ledger")
        with _as_role(connection, OWNER):
            connection.execute("select make_ledger_months()")
            connection.execute("delete from schema_migrations where source = 'definitions'")
            _record(connection, "definitions", "all", whole)
    return ["functions and policies"]


@contextmanager
def _as_role(connection: Transaction, role: str) -> Iterator[None]:
    """Open a transaction (or a savepoint of one) that runs as another role and comes back."""
    with connection.transaction():
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
        yield
        connection.execute("reset role")


def _files(folder: str) -> Iterable[Traversable]:
    found = files("schoolbell.sql").joinpath(folder).iterdir()
    return sorted((f for f in found if f.name.endswith(".sql")), key=lambda file: file.name)


def _recorded(connection: Transaction, source: str) -> dict[str, str]:
    rows = connection.execute(
        "select name, sha256 from schema_migrations where source = %s", (source,)
    )
    return {row.name: row.sha256 for row in rows}


def _record(connection: Transaction, source: str, name: str, text: str) -> None:
    connection.execute(
        "insert into schema_migrations (source, name, sha256) values (%s, %s, %s)",
        (source, name, _digest(text)),
    )


def _execute(connection: Transaction, text: str) -> None:
    connection.execute(text)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
