"""The whole sample, loaded once by the product's own programs into a database of its own."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.rows import namedtuple_row

from schoolbell.queue import postgres, prepare
from schoolbell.queue.settings import settings
from schoolbell.tests import cluster
from schoolbell.tests.faults import programs

LOAD_SECONDS = 240
START = "from schoolbell.queue import prepare; prepare.start_sample(print)"


@pytest.fixture(scope="session")
def sample():
    """Connect to an installation whose worker has done all there was to do with the sample.

    The first process that needs it loads it; the others wait and then look at the same database.
    """
    server = postgres.ensure(cluster.home(), durable=False)
    url, loaded = make_conninfo(server, dbname="sample"), cluster.home() / "sample loaded"
    with cluster.alone():
        if not loaded.exists():
            _load(server, url)
            loaded.touch()
    with psycopg.connect(url, autocommit=True, row_factory=namedtuple_row) as connection:
        yield connection


def _load(server, url):
    home = cluster.home() / "home of the sample"
    home.mkdir()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("create database sample")
    _make_ready(url, home)
    environment = {"SCHOOLBELL_HOME": str(home), "SCHOOLBELL_LEASE_SECONDS": "30"}
    subprocess.run([sys.executable, "-c", START], check=True, env=os.environ | environment)
    with (
        psycopg.connect(url, autocommit=True) as connection,
        programs.worker(**environment) as process,
    ):
        programs.wait_until(lambda: programs.all_ended(connection), LOAD_SECONDS)
        programs.end(process, signal.SIGTERM)


def _make_ready(url, home):
    """Set the installation up; roles belong to the whole cluster, so the tests' password stays."""
    chosen = replace(settings(), home=home)
    addresses = {
        role: make_conninfo(url, user=f"schoolbell_{role}", password="test")
        for role in ("web", "worker", "signin")
    }
    chosen.serving_urls_file.write_text(json.dumps(addresses))
    prepare.make_ready(chosen, url, lambda line: None)
