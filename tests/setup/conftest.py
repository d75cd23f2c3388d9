"""A home of its own for each test that starts a server."""

import secrets
import shutil
import tempfile
from pathlib import Path

import pytest

from schoolbell.queue import postgres


@pytest.fixture
def home():
    """A home that the system user can reach, unlike pytest's own private folders."""
    path = Path(tempfile.gettempdir(), f"schoolbell-{secrets.token_hex(4)}")
    yield path
    postgres.stop(path)
    shutil.rmtree(path, ignore_errors=True)
