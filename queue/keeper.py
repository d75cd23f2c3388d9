"""The thread beside a worker: it renews leases, finds lost jobs and releases those that are due.

It goes on through a graceful drain, when Procrastinate's heartbeat has already stopped, so that a
job is never taken for lost while it is being finished (procrastinate.md, defect D1).
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg

from schoolbell.queue import db, queries
from schoolbell.queue.errors import JobCancelledError, SetupError
from schoolbell.queue.settings import settings

logger = logging.getLogger("schoolbell.keeper")

# A message only makes the keeper look: anybody may send one, and the ledger says what is true.
CHANNELS = ("schoolbell_due", "schoolbell_stop")
# How soon the thread notices that it should end.
SLICE_SECONDS = 0.5


class Keeper:
    """Looks after this worker's leases and, with every other worker's keeper, after the queue."""

    def __init__(self) -> None:
        self._jobs: dict[object, tuple[int, Callable[[JobCancelledError], None]]] = {}
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._name: dict[str, str | int] | None = None

    def start(self, worker: str | None = None, queue_worker_id: int = 0) -> None:
        """Begin in a thread of its own; a second start does nothing.

        A worker that gives its name is shown among the live ones until it stops.
        """
        if self._thread is None:
            self._name = None
            if worker is not None:
                self._name = {"worker": worker, "queue_worker_id": queue_worker_id}
            self._stopping.clear()
            self._thread = threading.Thread(target=self._keep, name="keeper", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the thread and wait for it."""
        if self._thread is not None:
            self._stopping.set()
            self._thread.join()
            self._thread = None
            self._take_sign_back()

    @contextmanager
    def keeping(self, job_id: int, stop: Callable[[JobCancelledError], None]) -> Iterator[None]:
        """Keep a job's lease for the length of a with-block; call `stop` when it is not wanted.

        An attempt that lost its job may still be ending while another here works on it: each has
        a place of its own.
        """
        place = object()
        self._jobs[place] = (job_id, stop)
        try:
            yield
        finally:
            del self._jobs[place]

    def kept(self) -> list[int]:
        """Return the jobs that this worker holds."""
        return sorted({job_id for job_id, _ in list(self._jobs.values())})

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
        """Hear of jobs that became due earlier than any known before, and of those to stop."""
        url = settings().serving_url("worker")
        with psycopg.connect(url, autocommit=True, application_name="schoolbell keeper") as heard:
            for channel in CHANNELS:
                heard.execute(f"listen {channel}")
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
        """Stop, renew, sweep and release; return the seconds until the next job is due."""
        kept = self.kept()
        if kept:
            self._stop_unwanted(kept)
            with db.transaction("worker") as tx:
                queries.run(tx, "work/renew_leases", job_ids=kept)
        with db.transaction("worker") as tx:
            swept = queries.one(tx, "work/sweep_expired_leases").swept
        with db.transaction("worker") as tx:
            next_due = queries.one(tx, "work/release_due_jobs").seconds
        if swept:
            logger.warning("%s interrupted jobs were put back into the queue.", swept)
        self._give_sign()
        return float("inf") if next_due is None else float(next_due)

    def _stop_unwanted(self, kept: list[int]) -> None:
        """Tell the attempts whose jobs somebody wants to stop."""
        with db.transaction("worker") as tx:
            rows = queries.run(tx, "work/jobs_to_stop", job_ids=kept).fetchall()
        unwanted = {row.id: row.cancel_requested_by for row in rows}
        for job_id, stop in list(self._jobs.values()):
            if job_id in unwanted:
                stop(JobCancelledError(f"Stopped by {unwanted[job_id]}."))

    def _give_sign(self) -> None:
        """Say that this worker is alive and which jobs it holds."""
        if self._name is not None:
            with db.transaction("worker") as tx:
                queries.run(tx, "work/give_sign", jobs=self.kept(), **self._name)

    def _take_sign_back(self) -> None:
        """Leave the live workers at an orderly end; after any other the sign grows old."""
        if self._name is None:
            return
        with suppress(psycopg.Error, SetupError), db.transaction("worker") as tx:
            queries.run(tx, "work/take_sign_back", worker=self._name["worker"])

    @staticmethod
    def _round_seconds() -> float:
        return settings().round_seconds


keeper = Keeper()
