"""The thread beside a worker: it renews leases, finds lost jobs and releases those that are due.

It goes on through a graceful drain, when Procrastinate's heartbeat has already stopped, so that a
job is never taken for lost while it is being finished (procrastinate.md, defect D1).
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from schoolbell.queue import db, queries
from schoolbell.queue.errors import SetupError
from schoolbell.queue.settings import settings

logger = logging.getLogger("schoolbell.keeper")

CHANNEL = "schoolbell_due"
# How soon the thread notices that it should end.
SLICE_SECONDS = 0.5


class Keeper:
    """Looks after this worker's leases and, with every other worker's keeper, after the queue."""

    def __init__(self) -> None:
        self._jobs: set[int] = set()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin in a thread of its own; a second start does nothing."""
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._keep, name="keeper", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the thread and wait for it."""
        if self._thread is not None:
            self._stopping.set()
            self._thread.join()
            self._thread = None

    @contextmanager
    def keeping(self, job_id: int) -> Iterator[None]:
        """Keep a job's lease for the length of a with-block."""
        self._jobs.add(job_id)
        try:
            yield
        finally:
            self._jobs.discard(job_id)

    def _keep(self) -> None:
        while not self._stopping.is_set():
            try:
                with self._listening() as connection:
                    self._look_after(connection)
            except (psycopg.Error, SetupError):
                # The next round tries again; a lease that is not renewed expires by itself.
                logger.warning("The database cannot be reached to look after jobs.")
                self._stopping.wait(self._round_seconds())

    @contextmanager
    def _listening(self) -> Iterator[psycopg.Connection[Any]]:
        """Hear of jobs that became due earlier than any known before."""
        url = settings().serving_url("worker")
        with psycopg.connect(url, autocommit=True, application_name="schoolbell keeper") as heard:
            heard.execute(f"listen {CHANNEL}")
            yield heard

    def _look_after(self, connection: psycopg.Connection[Any]) -> None:
        """Do a round, then wait for the next: a lease's third, a due time, or a message."""
        while not self._stopping.is_set():
            wait = min(self._round(), self._round_seconds())
            until = time.monotonic() + max(wait, 0)
            while not self._stopping.is_set() and (left := until - time.monotonic()) > 0:
                if any(connection.notifies(timeout=min(left, SLICE_SECONDS), stop_after=1)):
                    break

    def _round(self) -> float:
        """Renew, sweep and release; return the seconds until the next job is due."""
        if self._jobs:
            with db.transaction("worker") as tx:
                queries.run(tx, "work/renew_leases", job_ids=sorted(self._jobs))
        with db.transaction("worker") as tx:
            swept = queries.one(tx, "work/sweep_expired_leases").swept
        with db.transaction("worker") as tx:
            next_due = queries.one(tx, "work/release_due_jobs").seconds
        if swept:
            logger.warning("%s interrupted jobs were put back into the queue.", swept)
        return float("inf") if next_due is None else float(next_due)

    @staticmethod
    def _round_seconds() -> float:
        return min(settings().lease_seconds / 3, settings().sweep_seconds)


keeper = Keeper()
