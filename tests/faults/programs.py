"""Workers as programs of their own, to be killed, and waiting for what they do."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

APP = "schoolbell.queue.app.app"
LIVE = ("waiting", "scheduled", "blocked", "running", "retrying", "interrupted")


def start_worker(app: str = APP, **environment: str) -> subprocess.Popen[bytes]:
    """Start one worker by the stock command; its log goes to the test's output."""
    return subprocess.Popen(
        [sys.executable, "-m", "procrastinate", f"--app={app}", "worker"],
        env={**os.environ, **environment},
        start_new_session=True,
    )


@contextmanager
def worker(app: str = APP, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker for the length of a with-block; kill it if it is still there."""
    process = start_worker(app, **environment)
    try:
        yield process
    finally:
        end(process, signal.SIGKILL)


def end(process: subprocess.Popen[bytes], number: signal.Signals) -> int:
    """Send a signal and wait until the process has gone; return its exit status."""
    process.send_signal(number)  # does nothing to a process that has ended
    return process.wait(30)


def wait_until(holds: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait until something holds and return it; fail the test when it never does."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = holds()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("It was waited for in vain.")


def all_ended(connection: Any) -> bool:
    """Whether no job is left that could still do something; the clock's own do not count."""
    return not connection.execute(
        "select exists (select 1 from jobs where state = any(%s) and reason <> 'by the clock')",
        (list(LIVE),),
    ).fetchone()[0]


def revive_until_all_ended(
    connection: Any, process: subprocess.Popen[bytes], **environment: str
) -> None:
    """Start another worker when the first gives up, as the supervisor does."""
    revived: list[subprocess.Popen[bytes]] = []

    def done() -> bool:
        last = revived[-1] if revived else process
        if last.poll() is not None:
            revived.append(start_worker(**environment))
        return all_ended(connection)

    try:
        wait_until(done)
    finally:
        for one in revived:
            end(one, signal.SIGKILL)
