"""One real PostgreSQL a run, one database a worker, emptied after every test that used it."""

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.rows import namedtuple_row
from werkzeug.serving import make_server

CLUSTER = "SCHOOLBELL_TEST_CLUSTER"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")

FROZEN_CLOCK = """
create table clock.frozen (at timestamptz not null);
grant select on clock.frozen to public;
create or replace function clock.now() returns timestamptz language sql stable
as $$ select coalesce((select at from clock.frozen), pg_catalog.now()) $$;
"""


def pytest_configure(config: pytest.Config) -> None:
    """Start the cluster in the process that leads the run; its workers find it by its home."""
    if CLUSTER not in os.environ:
        home = Path(tempfile.mkdtemp(prefix="schoolbell-test-"))
        home.chmod(0o755)  # PostgreSQL runs as a system user when root runs the tests
        os.environ[CLUSTER] = str(home)
        config.stash[_LEADS] = True
    home = Path(os.environ[CLUSTER]) / WORKER
    home.mkdir(exist_ok=True)
    os.environ["SCHOOLBELL_HOME"] = str(home)
    os.environ["SCHOOLBELL_LEASE_SECONDS"] = "2"
    os.environ["SCHOOLBELL_SWEEP_SECONDS"] = "0.3"
    os.environ["SCHOOLBELL_FETCH_POLL_SECONDS"] = "0.3"
    os.environ["SCHOOLBELL_PAGE_POLL_SECONDS"] = "0.3"
    for name in ("DATABASE_URL", "SCHOOLBELL_WEB_URL", "SCHOOLBELL_WORKER_URL"):
        os.environ.pop(name, None)


_LEADS = pytest.StashKey[bool]()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the cluster that this process started, if a test ever needed it, and remove it."""
    if config.stash.get(_LEADS, False):
        from schoolbell.queue import postgres  # noqa: PLC0415 (settings must be in place first)

        cluster = Path(os.environ[CLUSTER])
        if (cluster / "postgres").exists():
            postgres.stop(cluster)
        shutil.rmtree(cluster, ignore_errors=True)  # a hundred megabytes a run


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """Return the installer's address of this worker's database, migrated, with its own clock."""
    from schoolbell.queue import db, migrate, postgres, prepare  # noqa: PLC0415
    from schoolbell.queue.settings import settings  # noqa: PLC0415
    from schoolbell.tests import cluster  # noqa: PLC0415

    server = postgres.ensure(Path(os.environ[CLUSTER]), durable=False)
    name = f"test_{WORKER}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    url = make_conninfo(server, dbname=name)
    _share_passwords(server)
    with cluster.alone():
        migrate.migrate(url)
        prepare.keep_serving_urls(settings(), url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(FROZEN_CLOCK)
    prepare.keep_secret(settings().secret_key_file, lambda: "a key for tests alone")
    yield url
    db.close_pools()


def _share_passwords(server: str) -> None:
    """Give every worker's file the same passwords: roles belong to the whole cluster."""
    import json  # noqa: PLC0415

    from schoolbell.queue.settings import settings  # noqa: PLC0415

    name = f"test_{WORKER}"
    urls = {
        role: make_conninfo(server, dbname=name, user=f"schoolbell_{role}", password="test")
        for role in ("web", "worker", "signin")
    }
    settings().serving_urls_file.write_text(json.dumps(urls))


@pytest.fixture
def owner(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    """Connect as the installer, to arrange facts and look at them; all is emptied after."""
    with psycopg.connect(database_url, autocommit=True, row_factory=namedtuple_row) as connection:
        _start_district(connection)
        yield connection
        _empty(connection)


def _start_district(connection: psycopg.Connection[Any]) -> None:
    connection.execute(
        "insert into campuses (kind, sourced_id, name, time_zone)"
        " values ('district', 'district', 'Test district', 'America/New_York')"
    )


def _empty(connection: psycopg.Connection[Any]) -> None:
    tables = connection.execute(
        "select string_agg(format('%I.%I', schemaname, tablename), ', ') as names from pg_tables"
        " where schemaname = 'clock' or (schemaname = 'public'"
        " and tablename not in ('schema_migrations', 'job_transitions'))"
    ).fetchone()
    connection.execute(f"truncate {tables.names} restart identity cascade")


@pytest.fixture
def settings_with() -> Any:
    """Return a function that makes settings with some values replaced."""
    from schoolbell.queue.settings import settings  # noqa: PLC0415

    return lambda **changed: replace(settings(), **changed)


@pytest.fixture
def app(owner: psycopg.Connection[Any]) -> Any:
    """Make the web application on this worker's database."""
    from schoolbell.webapp.app import create_app  # noqa: PLC0415

    made = create_app()
    made.testing = True
    return made


@pytest.fixture
def address(app: Any) -> Iterator[str]:
    """Serve the application on a port of its own and return where."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")  # no longer: its loop would stand in the way of other tests
def browser() -> Iterator[Any]:
    """Start the browser of this machine without a screen; say why when there is none."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (slow to import)

    from schoolbell.tests import chromium  # noqa: PLC0415

    try:
        program = chromium.executable()
    except LookupError as absent:
        pytest.skip(str(absent))
    os.environ.update(chromium.driver_environment())
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=program,
            args=[*chromium.launch_arguments(), "--no-sandbox", "--disable-gpu"],
            env=chromium.environment(),
        )
        yield started
        started.close()


@pytest.fixture
def client(app: Any) -> Any:
    """Return a browser of the test kind, signed out."""
    return app.test_client()
