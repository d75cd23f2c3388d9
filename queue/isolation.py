"""Work in a process of its own, which can be killed whatever its code is busy with.

The process leads a group of its own, so that what it started dies with it. It ends the job in the
ledger itself, the handler's writes and the end in one transaction; what is left to this side is to
kill it and to say so. A pipe each way: closing ours tells the child that the worker is gone.
"""

import os
import pickle
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from schoolbell.queue.attempt import Attempt
from schoolbell.queue.errors import WorkDiedError

PROGRAM = "schoolbell.queue.child"
# What the child says by its exit status once the ledger knows how the attempt ended.
ENDED_WELL, FAILED, GIVEN_UP = 0, 70, 71
# What is said through the pipes: the worker is stopping, and a part begins.
STOPPING, PART = b"s", b"p"
SIZE_BYTES = 4
LOOK_SECONDS = 0.1
CARRIED_OVER = (
    *("job_type", "job_id", "campus_id", "number", "max_attempts", "arguments", "token"),
    "failed_before",
    "started",  # the computer's own monotonic clock: the same for both processes
)


def carry_in_child(attempt: Attempt) -> int:
    """Let a child carry the attempt to its end in the ledger; return its exit status.

    Raises the reason when the attempt was stopped, and WorkDiedError when the child died by itself.
    """
    with _child(attempt) as child, attempt.sign.interrupting(lambda: _kill_group(child)):
        _wait(child, attempt)
    status = child.returncode
    if status not in {ENDED_WELL, FAILED, GIVEN_UP}:
        attempt.sign.check()
        raise WorkDiedError(
            f"The process that did the work ended before it was done ({_how(status)})."
        )
    return int(status)


@contextmanager
def _child(attempt: Attempt) -> Iterator[subprocess.Popen[bytes]]:
    """Start the child for one attempt; nothing of its group outlives the with-block."""
    child = subprocess.Popen(
        [sys.executable, "-m", PROGRAM],
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    with child:
        try:
            facts = {name: getattr(attempt, name) for name in CARRIED_OVER}
            said = pickle.dumps(facts)  # not in its arguments: those are for all to see
            _tell(child, len(said).to_bytes(SIZE_BYTES, "big") + said)
            yield child
        finally:
            _kill_group(child)


def _wait(child: subprocess.Popen[Any], attempt: Attempt) -> None:
    """Wait until the child has ended, hearing of its parts and telling it when to give back."""
    assert child.stdout is not None  # noqa: S101 (it was asked for)
    pipe, was_told = child.stdout.fileno(), False
    while child.poll() is None:
        readable, _, _ = select.select([pipe], [], [], LOOK_SECONDS)
        if readable and os.read(pipe, 1) == PART:
            attempt.sign.restart()
        if not was_told and attempt.worker_is_stopping():
            was_told = True
            _tell(child, STOPPING)


def _tell(child: subprocess.Popen[bytes], message: bytes) -> None:
    assert child.stdin is not None  # noqa: S101 (it was asked for)
    with suppress(BrokenPipeError):  # it has just ended; its exit status says how
        child.stdin.write(message)


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):  # nothing of it is left
        os.killpg(child.pid, signal.SIGKILL)


def _how(status: int) -> str:
    return signal.Signals(-status).name if status < 0 else f"exit status {status}"
