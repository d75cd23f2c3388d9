"""An installation on a server of the installer's own: its home, its passwords, its rights."""

from dataclasses import replace

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from schoolbell.queue import migrate, postgres, prepare
from schoolbell.queue.errors import SetupError
from schoolbell.queue.settings import settings


@pytest.fixture
def server(home):
    """Return the address of a server that no other test uses: its roles get new passwords here."""
    return postgres.ensure(home, durable=False)


@pytest.fixture
def make_ready(server, home):
    """Return a function that makes an installation on that server ready, in a home of a name."""

    def in_home(name):
        chosen = replace(settings(), home=home / name, database_url=server)
        prepare.make_ready(chosen, server, lambda _: None)
        return chosen.home

    return in_home


def test_a_home_that_is_absent_is_made_with_its_secrets_closed(make_ready):
    made = make_ready("new/home")
    modes = {file.name: file.stat().st_mode & 0o777 for file in made.iterdir()}
    assert modes == {"serving_urls.json": 0o600, "secret_key": 0o600, "logins.txt": 0o600}


def test_a_home_that_cannot_be_made_is_said_in_a_sentence(make_ready, home):
    (home / "file").write_text("no folder")
    with pytest.raises(SetupError, match="cannot be made"):
        make_ready("file/home")


def test_a_second_home_never_replaces_the_passwords_of_the_first(make_ready):
    kept = (make_ready("first") / "serving_urls.json").read_text()
    with pytest.raises(SetupError, match="kept in another home"):
        make_ready("second")
    assert (make_ready("first") / "serving_urls.json").read_text() == kept


def test_a_login_without_the_right_to_install_is_told_so(server):
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("create role guest login password 'x'")
    with pytest.raises(SetupError, match="may not install Schoolbell"):
        migrate.migrate(make_conninfo(server, user="guest", password="x"))
