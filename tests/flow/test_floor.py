"""The oldest PostgreSQL that is supported, and an installer that is no superuser."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from schoolbell.queue import postgres, postgres_programs
from schoolbell.queue.errors import SetupError

ORACLE = json.loads((Path(__file__).parent.parent / "oracles/nyc_sy2016.json").read_text())


@pytest.fixture
def installer_url(monkeypatch):
    """Yield the address of an installer on the system's own PostgreSQL, where there is one."""
    monkeypatch.setattr(postgres_programs, "_WHEEL", "a package that is not installed")
    try:
        postgres_programs.find_programs(Path())
    except SetupError as absent:
        pytest.skip(str(absent))
    home = Path(os.environ["SCHOOLBELL_TEST_CLUSTER"]) / "floor"
    url = postgres.ensure(home, durable=False)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create role installer login createrole password 'x'")
        connection.execute("create database school owner installer")
    yield psycopg.conninfo.make_conninfo(url, user="installer", password="x", dbname="school")
    postgres.stop(home)


@pytest.mark.heavy
def test_the_whole_sample_comes_out_right_on_the_systems_own_postgresql(installer_url, tmp_path):
    command = Path(sys.executable).with_name("schoolbell")
    done = subprocess.run(
        [command, "figures", "weekday_mean", "--exclude-low-days", "--json"],
        env={**os.environ, "DATABASE_URL": installer_url, "SCHOOLBELL_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    rows = json.loads(done.stdout.splitlines()[-1])["rows"]
    expected = ORACLE["district_weekday_mean_ex_low_days"]
    assert {row["weekday"]: row["value"] for row in rows} == {
        weekday: expected[weekday] for weekday in ("Mon", "Tue", "Wed", "Thu", "Fri")
    }
