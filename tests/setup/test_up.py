"""The whole of `schoolbell up` in a home of its own, as an admin would start and stop it."""

import os
import socket
import subprocess
import sys

import psutil
import pytest

from schoolbell.queue import postgres


@pytest.fixture
def up(home):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    ours = ("DATABASE_URL", "SCHOOLBELL_")  # what the machine or another test had set
    others = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    environment = {**others, "SCHOOLBELL_HOME": str(home), "SCHOOLBELL_PORT": port}
    code = "import sys; from schoolbell.queue import launch, settings as at; "
    code += "sys.exit(launch.up(at.settings()))"
    with subprocess.Popen(
        [sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


def test_up_brings_a_dead_worker_back_and_stops_everything_in_order(up, home):
    _read_until(up, "Ctrl-C stops Schoolbell")
    worker = next(child for child in psutil.Process(up.pid).children() if _is_worker(child))
    worker.kill()
    _read_until(up, "The worker stopped; it is started again in 1 s")
    up.terminate()
    _read_until(up, "Stopped.")
    assert up.wait(5) == 0
    assert not postgres.is_running(home)


def _is_worker(process):
    return "procrastinate" in process.cmdline()


def _read_until(up, text):
    read = ""
    for line in up.stdout:
        read += line
        if text in line:
            return
    pytest.fail(f"{text!r} was not said, but: {read}")
