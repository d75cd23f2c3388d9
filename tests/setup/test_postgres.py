"""The embedded server itself, each test with a home of its own: nothing here is pretended."""

import multiprocessing
import os
import signal
import socket
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from schoolbell.queue import postgres
from schoolbell.queue.errors import SetupError

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: another user must be barred")


def test_a_new_home_gets_a_utf8_database_with_checksums_that_listens_at_home_only(home):
    with psycopg.connect(postgres.ensure(home, durable=False)) as connection:
        show = [
            connection.execute("select current_setting(%s)", [name]).fetchone()[0]
            for name in ("server_encoding", "data_checksums", "listen_addresses", "TimeZone")
        ]
    assert show == ["UTF8", "on", "127.0.0.1", "UTC"]


def test_the_server_asks_for_a_password_that_only_its_owner_can_read(home):
    url = postgres.ensure(home, durable=False)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url.replace("postgres:", "postgres:not-"))
    assert (home / "postgres/password").stat().st_mode & 0o777 == 0o600
    assert not list((home / "postgres").glob("*.password"))


def test_two_processes_that_race_on_an_empty_home_share_one_server(home):
    fork = multiprocessing.get_context("spawn")
    with fork.Pool(2) as pool:
        urls = pool.starmap(_ensure, [(home,), (home,)], chunksize=1)
    assert urls[0] == urls[1]
    assert len(list((home / "postgres").glob("data-*"))) == 1


def test_a_row_outlives_kill_9_of_the_postmaster(home):
    url = postgres.ensure(home)  # durable: that is the point
    with psycopg.connect(url, autocommit=True) as idle:
        idle.execute("create table kept as select 7 as number")
        os.kill(_postmaster(home), signal.SIGKILL)
        with psycopg.connect(postgres.ensure(home)) as connection:
            assert connection.execute("select number from kept").fetchone() == (7,)


def test_a_stopped_server_goes_on_from_its_data(home):
    with psycopg.connect(postgres.ensure(home, durable=False)) as connection:
        connection.execute("create table kept ()")
    postgres.stop(home)
    assert not postgres.is_running(home)
    with psycopg.connect(postgres.ensure(home, durable=False)) as connection:
        connection.execute("table kept")


def test_a_port_that_was_taken_meanwhile_is_chosen_again(home):
    url = postgres.ensure(home, durable=False)
    postgres.stop(home)
    with socket.create_server(("127.0.0.1", urlsplit(url).port)):
        assert postgres.ensure(home, durable=False) != url
        assert postgres.is_running(home)


def test_a_pid_file_that_names_another_process_does_not_bar_the_start(home):
    postgres.ensure(home, durable=False)
    os.kill(_postmaster(home), signal.SIGKILL)
    _pid_file(home).write_text(f"{os.getppid()}\n")
    postgres.ensure(home, durable=False)
    assert postgres.is_running(home)


def test_the_last_holder_stops_the_server_whoever_started_it(home):
    with postgres.held(home, durable=False):
        second = postgres.held(home, durable=False)
        second.__enter__()
    assert postgres.is_running(home)
    second.__exit__(None, None, None)
    assert not postgres.is_running(home)


def test_a_holder_leaves_a_server_running_that_ran_before_it_came(home):
    postgres.ensure(home, durable=False)
    with postgres.held(home):
        pass
    assert postgres.is_running(home)


def test_a_server_that_cannot_start_says_why_in_one_sentence(home):
    postgres.ensure(home, durable=False)
    postgres.stop(home)
    with _pid_file(home).with_name("postgresql.conf").open("a") as settings:
        settings.write("no_such_setting = 1\n")
    with pytest.raises(SetupError, match=r"PostgreSQL did not start: .*log"):
        postgres.ensure(home)


@pytest.mark.root
@needs_root
def test_root_is_told_of_a_folder_that_the_system_user_may_not_enter(home):
    home.mkdir(mode=0o700)
    with pytest.raises(SetupError, match=f"may not enter {home}: set SCHOOLBELL_HOME"):
        postgres.ensure(home / "inner")
    assert home.stat().st_mode & 0o777 == 0o700


@pytest.mark.root
@needs_root
def test_the_server_of_root_runs_as_the_system_user(home):
    postgres.ensure(home, durable=False)
    assert Path(f"/proc/{_postmaster(home)}").owner() == "schoolbell"
    assert _pid_file(home).parent.owner() == "schoolbell"


def _ensure(home):
    return postgres.ensure(home, durable=False)


def _pid_file(home):
    return next((home / "postgres").glob("data-*")) / "postmaster.pid"


def _postmaster(home):
    return int(_pid_file(home).read_text().split()[0])
