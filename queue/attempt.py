"""One try of a job, as its handler sees it: transactions, parts, progress and the closing.

The handler's writes, its result and the end of the job commit together, so that a worker that is
killed leaves either all of it or nothing. Longer work is cut into parts, each once.
"""

import random
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from psycopg.types.json import Jsonb

from schoolbell.queue import db, queries, tasks
from schoolbell.queue.db import Transaction
from schoolbell.queue.errors import JobCancelledError
from schoolbell.queue.monitoring import ledger
from schoolbell.queue.tasks import JobType, Outcome


class WorkerStoppingError(Exception):
    """The worker is asked to stop, and the job is given back between two of its parts."""


@dataclass(frozen=True)
class Failure:
    """Why an attempt did not end well, in plain words for an admin."""

    error_class: str
    text: str
    next_step: str
    traceback: str | None = None

    def as_parameters(self) -> dict[str, str | None]:
        """Return the fields as the ledger's functions name them."""
        return {
            "error_class": self.error_class,
            "error_text": self.text,
            "next_step": self.next_step,
            "traceback": self.traceback,
        }


NO_FAILURE: dict[str, str | None] = dict.fromkeys(
    ("error_class", "error_text", "next_step", "traceback")
)


def _none_done(outcome: Outcome) -> Failure:
    count = len(outcome.failed_parts)
    return Failure(
        "NothingDone",
        f"None of its {count} parts could be done.",
        "See what is wrong with the parts, then run it again.",
    )


@dataclass
class Attempt:
    """A claimed job being worked on. Its transactions see what the job's campus may see."""

    job_type: JobType
    job_id: int
    campus_id: int
    number: int
    max_attempts: int
    arguments: dict[str, Any]
    token: str
    worker_is_stopping: Callable[[], bool]
    _started: float = field(default_factory=time.monotonic, init=False)
    _closing: ExitStack | None = field(default=None, init=False)
    _closing_tx: Transaction | None = field(default=None, init=False)

    @property
    def seconds(self) -> float:
        """How long the attempt has been running."""
        return time.monotonic() - self._started

    @property
    def has_tries_left(self) -> bool:
        """Whether the job may be tried again after this attempt."""
        return self.number < self.max_attempts

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Open a transaction with the eyes of the job's campus, or of the district for its jobs."""
        acting_as = db.DISTRICT if self.job_type.scope == "district" else db.CAMPUS
        with db.transaction("worker", acting_as=acting_as, token=self.token) as tx:
            tx.execute(
                "select set_config('statement_timeout', %s, true) as bound,"
                " set_config('application_name', %s, true) as name",
                (f"{int(self.job_type.timeout_seconds * 1000)}", f"job:{self.job_id}"),
            )
            yield tx

    @contextmanager
    def closing(self) -> Iterator[Transaction]:
        """Open the transaction that also ends the job; it commits after the handler returns."""
        with ExitStack() as stack:
            tx = stack.enter_context(self.transaction())
            yield tx
            self._closing, self._closing_tx = stack.pop_all(), tx

    @contextmanager
    def part(self, name: str) -> Iterator[Transaction]:
        """Do one part in a transaction of its own; its checkpoint commits with what it wrote."""
        with self.transaction() as tx:
            yield tx
            queries.run(
                tx, "work/note_part", job_id=self.job_id, part=name, campus_id=self.campus_id
            )

    def parts(self, names: Sequence[str], unit: str) -> Iterator[str]:
        """Yield the parts that are not done yet, showing progress such as "61 of 184 days".

        Raises JobCancelledError or WorkerStoppingError between two parts, never within one.
        """
        with self.transaction() as tx:
            done = {row.part for row in queries.run(tx, "work/done_parts", job_id=self.job_id)}
        count = len(done.intersection(names))
        for name in names:
            if name in done:
                continue
            self.progress(count, len(names), unit)
            yield name
            count += 1
        self.progress(count, len(names), unit)

    def progress(self, done: int, total: int, text: str) -> None:
        """Show how far the work is, on a second connection that commits at once.

        Raises JobCancelledError when somebody wants the job to stop.
        """
        with db.transaction("worker") as tx:
            row = queries.one(
                tx, "work/note_progress", job_id=self.job_id, done=done, total=total, text=text
            )
        if row is not None and row.cancel_requested_by is not None:
            raise JobCancelledError(f"Stopped by {row.cancel_requested_by}.")
        if self.worker_is_stopping():
            raise WorkerStoppingError

    def start(
        self,
        tx: Transaction,
        task: str,
        campus_ids: Iterable[int],
        *,
        after: Sequence[int] = (),
        needs: str = "success",
        **arguments: object,
    ) -> list[int]:
        """Start other jobs in this job's transaction and name; return the ids of the new ones."""
        return ledger.add(
            tx,
            tasks.find(task),
            list(campus_ids),
            arguments=arguments,
            reason=f"started by job {self.job_id}",
            after=after,
            needs=needs,
        )

    def finish(self, outcome: Outcome) -> None:
        """End the job in the closing transaction, or in one of its own if there was no closing."""
        if self._closing is None:
            with self.closing():
                pass
        stack, tx = self._closing, self._closing_tx
        failure = _none_done(outcome).as_parameters() if outcome.all_failed else NO_FAILURE
        assert stack is not None and tx is not None  # noqa: S101, PT018 (closing() has set both)
        with stack:
            tx.execute("reset role")  # a campus cannot end jobs; the worker can
            queries.run(
                tx,
                "work/finish_job",
                job_id=self.job_id,
                token=self.token,
                seconds=self.seconds,
                state=outcome.state,
                result=Jsonb(outcome.result),
                failed_parts=Jsonb(list(outcome.failed_parts)),
                **failure,
            )

    def abandon(self, error: BaseException) -> None:
        """Roll back a closing transaction that the handler left open when it failed."""
        if self._closing is not None:
            stack, self._closing = self._closing, None
            stack.__exit__(type(error), error, error.__traceback__)

    def fail(self, failure: Failure, *, state: str = "failed") -> None:
        """End the job without success: failed, or cancelled by somebody."""
        with db.transaction("worker") as tx:
            queries.run(
                tx,
                "work/finish_job",
                job_id=self.job_id,
                token=self.token,
                seconds=self.seconds,
                state=state,
                result=None,
                failed_parts=Jsonb([]),
                **failure.as_parameters(),
            )

    def retry(self, failure: Failure, *, after_seconds: float = 0) -> None:
        """End this attempt; the next one comes after a wait, not before `after_seconds`."""
        wait = max(retry_wait_seconds(self.job_type, self.number), after_seconds)
        with db.transaction("worker") as tx:
            queries.run(
                tx,
                "work/retry_job",
                job_id=self.job_id,
                token=self.token,
                seconds=self.seconds,
                wait_seconds=wait,
                **failure.as_parameters(),
            )

    def give_back(self) -> None:
        """Let another worker go on with the job: this one is asked to stop."""
        with db.transaction("worker") as tx:
            queries.run(tx, "work/interrupt_job", job_id=self.job_id, token=self.token)


def retry_wait_seconds(job_type: JobType, number: int) -> float:
    """Choose how long to wait after attempt `number`: doubling, bounded, and spread out.

    Half of the wait is by chance, so that a thousand jobs that failed together do not come back
    together ("equal jitter" of M. Brooker, Exponential Backoff and Jitter, 2015).
    """
    whole = min(job_type.wait_seconds * 2.0 ** (number - 1), job_type.most_wait_seconds)
    return whole * random.uniform(0.5, 1)  # noqa: S311 (a wait, not a secret)


def open_attempt(
    job_type: JobType,
    job_id: int,
    queue_row_id: int,
    worker: str,
    worker_is_stopping: Callable[[], bool],
) -> Attempt:
    """Write the attempt's row and hold its lease under a new random token."""
    token = secrets.token_urlsafe(32)
    with db.transaction("worker") as tx:
        row = queries.one(
            tx,
            "work/start_attempt",
            job_id=job_id,
            queue_row_id=queue_row_id,
            worker=worker,
            token=token,
        )
    return Attempt(
        job_type=job_type,
        job_id=job_id,
        campus_id=row.campus_id,
        number=row.attempt,
        max_attempts=row.max_attempts,
        arguments=row.arguments,
        token=token,
        worker_is_stopping=worker_is_stopping,
    )
