"""A database server that is restarted while a worker works."""

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg.rows import namedtuple_row

from schoolbell.queue import migrate, postgres, prepare
from schoolbell.queue.settings import settings
from schoolbell.tests.faults import programs
from schoolbell.tests.faults import refreshes as all_of


@pytest.fixture
def own_server():
    """A server of its own, which may be restarted, with an installation on it."""
    home = Path(tempfile.mkdtemp(prefix="schoolbell-restart-"))
    home.chmod(0o755)
    try:
        url = postgres.ensure(home, durable=False)
        migrate.migrate(url)
        prepare.keep_serving_urls(replace(settings(), home=home), url)
        yield home, url
    finally:
        postgres.stop(home)
        shutil.rmtree(home, ignore_errors=True)


def connect(url):
    return psycopg.connect(url, autocommit=True, row_factory=namedtuple_row)


@pytest.mark.heavy
def test_a_database_that_is_restarted_in_the_middle_loses_no_job(own_server):
    home, url = own_server
    with connect(url) as owner:
        all_of.start_by_hand(owner)
    environment = {"SCHOOLBELL_HOME": str(home)}
    with programs.worker(**environment) as process:
        with connect(url) as owner:
            programs.wait_until(lambda: all_of.ended(owner) > 30)
            assert all_of.ended(owner) < all_of.CAMPUSES
        postgres.stop(home)
        assert postgres.ensure(home, durable=False) == url
        with connect(url) as owner:
            programs.revive_until_all_ended(owner, process, **environment)
            assert all_of.all_is_well(owner)
