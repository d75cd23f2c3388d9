"""Where PostgreSQL's programs come from when the wheel is not there, and who runs them."""

import os
import shutil
from pathlib import Path

import psycopg
import pytest

from schoolbell.queue import postgres, postgres_programs
from schoolbell.queue.errors import SetupError


@pytest.fixture
def no_wheel(monkeypatch):
    monkeypatch.setattr(postgres_programs, "find_spec", lambda name: None)


def test_without_the_wheel_the_newest_programs_of_the_system_are_used(no_wheel, monkeypatch):
    majors = {"/usr/bin": 15, "/usr/lib/postgresql/16/bin": 16}
    monkeypatch.setattr(postgres_programs, "_system_folders", lambda: map(Path, majors))
    monkeypatch.setattr(postgres_programs, "_major", lambda folder: majors[str(folder)])
    assert postgres_programs.find_programs(Path()).major == 16


def test_without_any_programs_it_is_said_what_to_install(no_wheel, monkeypatch, tmp_path):
    monkeypatch.setattr(postgres_programs, "_system_folders", lambda: [tmp_path])
    with pytest.raises(SetupError, match="apt-get install postgresql"):
        postgres_programs.find_programs(tmp_path)


def test_a_server_of_the_system_serves_as_well(no_wheel, home):
    if not shutil.which("initdb") and not Path("/usr/lib/postgresql").exists():
        pytest.skip("needs a PostgreSQL of the system")
    with psycopg.connect(postgres.ensure(home, durable=False)) as connection:
        assert connection.info.server_version >= 150_000


def test_data_of_another_major_version_is_not_passed_over_in_silence(home):
    (home / "postgres/data-17").mkdir(parents=True)
    with pytest.raises(SetupError, match="data-17 was made by another PostgreSQL than the 18"):
        postgres.ensure(home)


@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0, reason="needs root: others run PostgreSQL themselves")
def test_it_is_said_when_the_system_user_cannot_be_made(monkeypatch, tmp_path):
    for name in ("useradd", "adduser"):
        (tmp_path / name).symlink_to(shutil.which("false"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(postgres_programs, "USER", "schoolbell-absent")
    with pytest.raises(SetupError, match="schoolbell-absent could not be made"):
        postgres_programs.system_account()
