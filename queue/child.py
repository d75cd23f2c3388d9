"""The program that a worker starts for one attempt of an isolated job (schoolbell.queue.isolation).

It is told what to do through its standard input, and ends with the worker: when that pipe closes,
the worker is gone, and its lease with it.
"""

import os
import pickle
import signal
import sys
import threading

from procrastinate.exceptions import JobAborted

from schoolbell.queue import db, worker
from schoolbell.queue.attempt import Attempt
from schoolbell.queue.isolation import ENDED_WELL, FAILED, GIVEN_UP, PART, SIZE_BYTES, STOPPING
from schoolbell.queue.stopping import StopSign


class WorkersSign(StopSign):
    """The worker watches the limit and kills; it only has to hear of every part that begins."""

    def __init__(self, limit_seconds: float, pipe: int) -> None:
        super().__init__(limit_seconds)
        self._pipe = pipe

    def restart(self) -> None:
        """Tell the worker that a part begins."""
        os.write(self._pipe, PART)


def main() -> int:
    """Carry the attempt that the worker describes; the ledger knows its end before this ends."""
    pipe = _keep_output_for_the_worker()
    size = int.from_bytes(_read(SIZE_BYTES), "big")
    facts = pickle.loads(_read(size))  # noqa: S301 (from our own worker, through a pipe)
    is_stopping = threading.Event()
    threading.Thread(target=_listen, args=(is_stopping,), daemon=True).start()
    attempt = Attempt(**facts, worker_is_stopping=is_stopping.is_set)
    attempt.sign = WorkersSign(attempt.job_type.timeout_seconds, pipe)
    try:
        worker.carry(attempt)
    except worker.AttemptFailedError:
        return FAILED
    except JobAborted:
        return GIVEN_UP
    finally:
        db.close_pools()
    return ENDED_WELL


def _keep_output_for_the_worker() -> int:
    """Set the pipe aside, so that what a handler prints goes to the worker's log."""
    pipe = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return pipe


def _read(size: int) -> bytes:
    """Read so many bytes and not one further: what follows is for the thread that listens."""
    said = b""
    while len(said) < size:
        more = os.read(0, size - len(said))
        if not more:
            sys.exit("The worker has gone.")
        said += more
    return said


def _listen(is_stopping: threading.Event) -> None:
    """Hear that the worker is stopping; die, and all that was started here, when it is gone."""
    while os.read(0, 1) == STOPPING:
        is_stopping.set()
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
