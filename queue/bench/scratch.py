"""Databases for measurements: made beside the installation's own, filled, and dropped."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from os import cpu_count, getpid
from typing import Any

from psycopg import errors, sql
from psycopg.conninfo import make_conninfo

from schoolbell.queue import db, queries
from schoolbell.queue.db import Transaction
from schoolbell.queue.errors import SetupError
from schoolbell.queue.migrate import LEDGER, OWNER, migrate

BATCH = 1000
NO_DATABASES = "A measurement makes databases of its own, which this login of the server may not."
TABLES = "jobs, job_attempts, job_keys, job_leases, procrastinate_jobs"


@contextmanager
def databases(installer_url: str, names: Sequence[str]) -> Iterator[dict[str, str]]:
    """Make empty databases of this version's schema; yield their addresses by name."""
    with ExitStack() as stack:
        server = stack.enter_context(db.installer(installer_url))
        urls: dict[str, str] = {}
        for name in names:
            database = f"schoolbell_bench_{getpid()}_{name}"
            stack.callback(_drop, server, database)
            template = f"schoolbell_bench_{getpid()}_{names[0]}" if urls else "template1"
            _create(server, database, template)
            url = make_conninfo(installer_url, dbname=database)
            if not urls:
                migrate(url)
                _add_district(url)
            urls[name] = url
        yield urls


def _create(server: Transaction, database: str, template: str) -> None:
    statement = sql.SQL("create database {} template {}")
    try:
        server.execute(statement.format(sql.Identifier(database), sql.Identifier(template)))
    except errors.InsufficientPrivilege as refused:
        raise SetupError(NO_DATABASES) from refused


def _drop(server: Transaction, database: str) -> None:
    statement = sql.SQL("drop database if exists {} with (force)")
    server.execute(statement.format(sql.Identifier(database)))


def _add_district(url: str) -> None:
    with db.installer(url) as connection, connection.transaction():
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(OWNER)))
        queries.run(connection, "setup/keep_district", name="A measurement")


@contextmanager
def as_ledger(url: str) -> Iterator[Transaction]:
    """Connect with the ledger's rights; a commit does not wait for the disk."""
    with db.installer(url) as connection:
        connection.execute(sql.SQL("set role {}").format(sql.Identifier(LEDGER)))
        connection.execute("set synchronous_commit = off")
        yield connection


def fill(url: str, label: str, many: int, state: str, *, due_at: str | None = None) -> None:
    """Add jobs in one state and tell the planner of them."""
    with as_ledger(url) as connection:
        for first in range(0, many, 10 * BATCH):
            queries.run(
                connection,
                "bench/add_jobs",
                many=min(10 * BATCH, many - first),
                label=f"{label} {first}",
                state=state,
                due_at=due_at,
            )
        connection.execute("reset role")
        connection.execute(f"analyze {TABLES}")


def work_off(url: str, many: int) -> None:
    """Take jobs from the queue to their end through the ledger's functions, many at once."""
    with as_ledger(url) as connection:
        for first in range(0, many, BATCH):
            queries.run(connection, "bench/claim_many", many=min(BATCH, many - first))
            queries.run(connection, "bench/start_many")
            queries.run(connection, "bench/finish_many")


def machine(url: str) -> dict[str, Any]:
    """Return what the figures were measured on."""
    with db.installer(url) as connection:
        version = connection.info.server_version // 10_000
    return {"cores": cpu_count(), "postgresql": version}
