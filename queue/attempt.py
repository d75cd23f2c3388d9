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
from functools import partial
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from schoolbell.queue import db, queries, tasks
from schoolbell.queue.db import Transaction
from schoolbell.queue.errors import JobCancelledError, SchoolbellError, TimeLimitError
from schoolbell.queue.failure import NO_FAILURE, Failure, none_done
from schoolbell.queue.log_lines import LogLines
from schoolbell.queue.monitoring import ledger
from schoolbell.queue.stopping import StopSign, cancel_statement
from schoolbell.queue.tasks import JobType, Outcome


class WorkerStoppingError(Exception):
    """The worker is asked to stop, and the job is given back between two of its parts."""


# These end the whole attempt: somebody stops it, or no other part would fare better. A cancelled
# statement and a lost connection are among psycopg's operational errors.
NO_PARTS_FAULT = (
    JobCancelledError,
    TimeLimitError,
    WorkerStoppingError,
    psycopg.OperationalError,
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
    failed_before: tuple[str, ...] = ()
    started: float = field(default_factory=time.monotonic)
    sign: StopSign = field(init=False)
    log: LogLines = field(init=False)
    _done_parts: set[str] = field(default_factory=set, init=False)
    _failed_parts: list[str] = field(default_factory=list, init=False)
    _closing: ExitStack | None = field(default=None, init=False)
    _closing_tx: Transaction | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.sign = StopSign(self.job_type.timeout_seconds)
        self.log = LogLines(self.job_id, self.campus_id, self.number)

    @property
    def seconds(self) -> float:
        """How long the attempt has been running."""
        return time.monotonic() - self.started

    @property
    def has_tries_left(self) -> bool:
        """Whether the job may be tried again after this attempt."""
        return self.number < self.max_attempts

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Open a transaction with the eyes of the job's campus, or of the district for its jobs.

        Its statements end when the job is to stop, or when this process is gone.
        """
        acting_as = db.DISTRICT if self.job_type.scope == "district" else db.CAMPUS
        with (
            db.transaction("worker", acting_as=acting_as, token=self.token) as tx,
            self.sign.interrupting(partial(cancel_statement, tx)),
        ):
            tx.execute(
                "select set_config('statement_timeout', %s, true) as bound,"
                " set_config('client_connection_check_interval', '500', true) as looks,"
                " set_config('application_name', %s, true) as name",
                (f"{int(self.job_type.timeout_seconds * 1000)}", f"job:{self.job_id}"),
            )
            yield tx

    def sleep(self, seconds: float) -> None:
        """Wait, but no longer than the job may go on: then raise the reason why it stops."""
        self.sign.sleep(seconds)

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
        self._done_parts.add(name)
        self.log.flush()

    @contextmanager
    def try_part(self, name: str) -> Iterator[Transaction]:
        """Do one part as `part` does; one that fails is undone and named, and the work goes on."""
        try:
            with self.part(name) as tx:
                yield tx
        except NO_PARTS_FAULT:
            raise
        except Exception as error:  # noqa: BLE001 (whatever it is, the other parts can be done)
            self.sign.check()
            self._failed_parts.append(name)
            known = isinstance(error, SchoolbellError)
            self.log(f"{name} failed: {error if known else type(error).__name__}")

    def outcome(self, result: dict[str, Any] | None = None) -> Outcome:
        """Say how the parts tried here went; when none of the job's parts is done, all failed."""
        failed = tuple(self._failed_parts)
        return Outcome(result or {}, failed, all_failed=bool(failed) and not self._done_parts)

    def parts(self, names: Sequence[str], unit: str) -> Iterator[str]:
        """Yield the parts that are not done yet, showing progress such as "61 of 184 days".

        Each part has the job's time limit for itself. Raises WorkerStoppingError between two parts,
        never within one.
        """
        with self.transaction() as tx:
            done = {row.part for row in queries.run(tx, "work/done_parts", job_id=self.job_id)}
        self._done_parts |= done.intersection(names)
        count = len(done.intersection(names))
        for name in names:
            if name in done:
                continue
            self.progress(count, len(names), unit)
            self.sign.restart()
            yield name
            count += name not in self._failed_parts
        self.progress(count, len(names), unit)
        self.sign.restart()

    def progress(self, done: int, total: int, text: str) -> None:
        """Show how far the work is, on a second connection that commits at once.

        Raises JobCancelledError when somebody wants the job to stop.
        """
        self.log.flush()
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
        self.sign.check()
        self.log.flush()
        if self._closing is None:
            with self.closing():
                pass
        stack, tx = self._closing, self._closing_tx
        failure = none_done(outcome).as_parameters() if outcome.all_failed else NO_FAILURE
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
        self.log.flush()

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
        failed_before=tuple(row.failed_before or ()),
    )
