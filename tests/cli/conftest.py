"""The command line on this worker's database."""

import json

import pytest
from click.testing import CliRunner

from schoolbell.queue import cli
from schoolbell.queue.settings import settings
from schoolbell.tests import factories as make


@pytest.fixture
def run(owner, database_url, monkeypatch):
    """Return a function that runs a command on this worker's database, its sample left out."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    settings.cache_clear()
    owner.execute(
        "insert into import_files (campus_id, name, attendance_sha256, attendance, uploaded_by)"
        " values (%s, 'earlier', '', '', 'a test')",
        (make.district(owner),),
    )
    yield lambda *words: CliRunner().invoke(cli.main, list(words))
    settings.cache_clear()


@pytest.fixture
def last_json():
    """Return a function that reads the last line of what a command printed."""
    return lambda outcome: json.loads(outcome.stdout.splitlines()[-1])
