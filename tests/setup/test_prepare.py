"""An installation on a server of the installer's own: its home, its passwords, its sample."""

import pytest
from psycopg.conninfo import make_conninfo

from schoolbell.queue import migrate, prepare
from schoolbell.queue.errors import SetupError
from schoolbell.queue.settings import settings


@pytest.fixture
def own_server(owner, database_url, settings_with, tmp_path):
    """Return a function that makes settings of a home on the installer's own server."""
    home = settings().home
    kept = (home / "serving_urls.json").read_text()
    yield lambda name: settings_with(home=tmp_path / name, database_url=database_url)
    owner.execute("truncate serving_home")
    for role in ("web", "worker", "signin"):
        owner.execute(f"alter role schoolbell_{role} password 'test'")
    (home / "serving_urls.json").write_text(kept)


def test_a_home_that_is_absent_is_made_with_its_secrets_closed(own_server, database_url):
    chosen = own_server("new/home")
    prepare.make_ready(chosen, database_url, lambda _: None)
    modes = {file.name: file.stat().st_mode & 0o777 for file in chosen.home.iterdir()}
    assert modes == {"serving_urls.json": 0o600, "secret_key": 0o600, "logins.txt": 0o600}


def test_a_home_that_cannot_be_made_is_said_in_a_sentence(own_server, database_url, tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(SetupError, match="cannot be made"):
        prepare.make_ready(own_server("file/home"), database_url, lambda _: None)


def test_a_second_home_never_replaces_the_passwords_of_the_first(own_server, database_url):
    prepare.keep_serving_urls(own_server("."), database_url)
    with pytest.raises(SetupError, match="kept in another home"):
        prepare.make_ready(own_server("second"), database_url, lambda _: None)
    prepare.keep_serving_urls(own_server("."), database_url)


def test_a_login_without_the_right_to_install_is_told_so(owner, database_url):
    owner.execute("create role guest login password 'x'")
    try:
        with pytest.raises(SetupError, match="may not install Schoolbell"):
            migrate.migrate(make_conninfo(database_url, user="guest", password="x"))
    finally:
        owner.execute("drop role guest")
