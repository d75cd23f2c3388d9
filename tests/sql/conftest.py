"""The catalogue, for every test of this folder."""

import psycopg
import pytest
from psycopg.rows import namedtuple_row


@pytest.fixture
def ask(database_url):
    """Return a function that reads the catalogue as the installer."""
    with psycopg.connect(database_url, autocommit=True, row_factory=namedtuple_row) as connection:
        yield lambda query, *values: connection.execute(query, values or None).fetchall()
