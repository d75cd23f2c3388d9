"""The one door to PostgreSQL: a pool for each serving role, and transactions that say who asks."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row
from psycopg_pool import ConnectionPool, PoolTimeout

from schoolbell.queue.errors import SetupError
from schoolbell.queue.settings import settings

Transaction = psycopg.Connection[Any]

# Roles that a transaction takes on; the login roles themselves may read next to nothing.
CAMPUS = "schoolbell_campus"
DISTRICT = "schoolbell_district"

UNREACHABLE = "PostgreSQL cannot be reached. Is it running, and is the address right?"


@cache
def pool(role: str) -> ConnectionPool[Transaction]:
    """Return the pool of a serving role (web, worker or signin), opened at its first use."""
    lease = f"-c schoolbell.lease_seconds={settings().lease_seconds}"
    return ConnectionPool(
        settings().serving_url(role),
        min_size=1,
        max_size=4 if role == "signin" else 2 * max(settings().concurrency, 4) + 2,
        timeout=10,
        open=True,
        check=ConnectionPool.check_connection,
        name=role,
        kwargs={
            "autocommit": True,
            "row_factory": namedtuple_row,
            "application_name": f"schoolbell {role}",
            "options": lease if role == "worker" else "",
        },
    )


def close_pools() -> None:
    """Close every pool of this process: before it ends, or before it forks."""
    for role in ("web", "worker", "signin"):
        if pool.cache_info().currsize:
            pool(role).close()
    pool.cache_clear()


@contextmanager
def transaction(
    role: str, *, acting_as: str | None = None, token: str | None = None
) -> Iterator[Transaction]:
    """Open a transaction as a serving role, which may act as a role that sees more.

    `token` is the asker's: who it belongs to, and so what is visible, is decided in the database.
    Both settings end with the transaction (a session's setting would leak through a pooler).
    """
    try:
        with pool(role).connection() as connection, connection.transaction():
            if acting_as is not None:
                connection.execute(
                    "select set_config('role', %s, true) as role,"
                    " set_config('schoolbell.token', %s, true) as token",
                    (acting_as, token or ""),
                )
            elif token is not None:
                connection.execute("select set_config('schoolbell.token', %s, true)", (token,))
            yield connection
    except PoolTimeout as unreachable:
        raise SetupError(UNREACHABLE) from unreachable


@contextmanager
def installer(url: str) -> Iterator[Transaction]:
    """Connect as the login that installs: it may make roles, and never serves anybody."""
    try:
        connection = psycopg.connect(
            url,
            autocommit=True,
            row_factory=namedtuple_row,
            application_name="schoolbell set-up",
            connect_timeout=10,
        )
    except psycopg.OperationalError as unreachable:
        raise SetupError(UNREACHABLE) from unreachable
    with connection:
        yield connection
