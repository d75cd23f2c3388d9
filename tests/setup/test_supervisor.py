"""Programs are brought back when they die, and leave nothing behind when they are stopped."""

import os
import sys
import time
from pathlib import Path

import pytest

from schoolbell.queue import supervisor
from schoolbell.queue.errors import SetupError

FOREVER = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
WITH_CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {FOREVER!r}])"


@pytest.fixture
def program(tmp_path):
    def make(code):
        log = tmp_path / "log" / "worker.log"
        return supervisor.Program("worker", [sys.executable, "-c", code], dict(os.environ), log)

    return make


def test_a_program_that_died_is_started_again_after_a_wait(program):
    worker, told = program(FOREVER), []
    with supervisor.running([worker]):
        worker.process.kill()
        worker.process.wait()
        _revive_until(worker, lambda: worker.is_running, told)
    assert told == [f"The worker stopped; it is started again in 1 s ({worker.log})"]


def test_a_program_that_dies_five_times_in_a_minute_is_given_up_with_its_last_words(program):
    worker = program("raise SystemExit('no database')")
    with supervisor.running([worker]):
        worker.process.wait()
        worker.deaths = [time.monotonic()] * 4
        with pytest.raises(SetupError, match=r"stopped 5 times within a minute.*no database"):
            supervisor.revive(worker, print)


def test_stopping_a_program_takes_its_children_along(program):
    parent = program(WITH_CHILD)
    with supervisor.running([parent]):
        _wait_until(parent.log.read_text)
        child = int(parent.log.read_text())
        assert _command(child)
    _wait_until(lambda: not _command(child))


def test_a_program_that_ignores_the_polite_request_is_killed(program, monkeypatch):
    monkeypatch.setattr(supervisor, "STOP_SECONDS", 0.2)
    stubborn = program(f"import signal; signal.signal(15, signal.SIG_IGN); {FOREVER}")
    with supervisor.running([stubborn]):
        _wait_until(stubborn.log.read_text)
    assert stubborn.process.returncode == -9


def test_logs_are_their_owners_alone_and_do_not_grow_for_ever(program):
    worker = program(FOREVER)
    worker.log.parent.mkdir(0o700)
    worker.log.write_bytes(b"x" * 11_000_000)
    with supervisor.running([worker]):
        assert worker.log.stat().st_size < 1000
    assert worker.log.stat().st_mode & 0o777 == 0o600


def _revive_until(worker, done, told):
    _wait_until(lambda: supervisor.revive(worker, told.append) or done())


def _command(pid):
    """Empty for a process that is gone, or dead and waiting to be reaped."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except FileNotFoundError:
        return ""


def _wait_until(done):
    deadline = time.monotonic() + 10
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.05)
