"""The whole sample, loaded once by the product's own programs into a database of its own."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.rows import namedtuple_row

from schoolbell.queue import postgres, prepare
from schoolbell.queue.settings import settings
from schoolbell.tests.faults import programs

LOAD_SECONDS = 240
START = "from schoolbell.queue import prepare; prepare.start_sample(print)"


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """Connect to an installation whose worker has done all there was to do with the sample."""
    server = postgres.ensure(Path(os.environ["SCHOOLBELL_TEST_CLUSTER"]), durable=False)
    with psycopg.connect(server, autocommit=True) as maintenance:
        maintenance.execute("drop database if exists sample with (force)")
        maintenance.execute("create database sample")
        url, home = make_conninfo(server, dbname="sample"), tmp_path_factory.mktemp("home")
        _make_ready(url, home)
        environment = {"SCHOOLBELL_HOME": str(home), "SCHOOLBELL_LEASE_SECONDS": "30"}
        subprocess.run([sys.executable, "-c", START], check=True, env=os.environ | environment)
        connection = psycopg.connect(url, autocommit=True, row_factory=namedtuple_row)
        with connection, programs.worker(**environment) as process:
            programs.wait_until(lambda: programs.all_ended(connection), LOAD_SECONDS)
            programs.end(process, signal.SIGTERM)
            yield connection
        maintenance.execute("drop database sample with (force)")


def _make_ready(url, home):
    """Set the installation up; roles belong to the whole cluster, so the tests' password stays."""
    chosen = replace(settings(), home=home)
    addresses = {
        role: make_conninfo(url, user=f"schoolbell_{role}", password="test")
        for role in ("web", "worker", "signin")
    }
    chosen.serving_urls_file.write_text(json.dumps(addresses))
    prepare.make_ready(chosen, url, lambda line: None)
