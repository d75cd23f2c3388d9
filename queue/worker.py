"""How a worker carries a job: it opens the attempt, calls the handler and writes what became of it.

Runs under the stock `procrastinate worker` command. Procrastinate's own retry, finish and rescue
are not used for our jobs: the ledger's functions end them (procrastinate.md, defects D1 and D5).
"""

import asyncio
import logging
import os
import secrets
import socket
import traceback
from collections.abc import Callable, Coroutine
from typing import Any

import psycopg
from procrastinate import JobContext
from procrastinate.exceptions import JobAborted
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from schoolbell.queue import isolation, queries
from schoolbell.queue.attempt import Attempt, WorkerStoppingError, open_attempt
from schoolbell.queue.errors import (
    InvalidInputError,
    InvalidJobError,
    JobCancelledError,
    SchoolbellError,
    SetupError,
    TimeLimitError,
    TransientError,
)
from schoolbell.queue.failure import Failure
from schoolbell.queue.keeper import keeper
from schoolbell.queue.tasks import JobType, Outcome

logger = logging.getLogger("schoolbell.worker")

# What goes away by itself: the database restarts, two transactions meet, a statement is too slow.
WORTH_ANOTHER_TRY = (
    TransientError,
    SetupError,
    psycopg.OperationalError,
    psycopg.errors.SerializationFailure,
)
NEVER_AGAIN = (InvalidJobError, InvalidInputError)


class AttemptFailedError(Exception):
    """What the worker's own log says of an attempt that failed: plain words, no row of data."""


def work(job_type: JobType, context: JobContext, job_id: int) -> None:
    """Carry one claimed job from its start to its end in the ledger."""
    queue_row_id = context.job.id
    if queue_row_id is None:
        raise InvalidJobError("A job without a queue row cannot be worked on.")
    attempt = open_attempt(job_type, job_id, queue_row_id, worker_name(), context.should_abort)
    with keeper.keeping(job_id, attempt.sign.stop), attempt.sign.watching():
        if job_type.isolated:
            _carry_apart(attempt)
        else:
            carry(attempt)


def carry(attempt: Attempt) -> None:
    """Call the handler and end the attempt in the ledger, well or badly."""
    try:
        _check_start(attempt)
        attempt.finish(_call(attempt))
    except BaseException as error:  # noqa: BLE001 (the ledger must know of every end)
        attempt.abandon(error)
        _end_badly(attempt, _cause(attempt, error))


def _carry_apart(attempt: Attempt) -> None:
    """Let a process of its own carry the attempt; end it here only when that process could not."""
    try:
        status = isolation.carry_in_child(attempt)
    except Exception as error:  # noqa: BLE001 (the ledger must know of every end)
        _end_badly(attempt, error)
    else:
        if status == isolation.GIVEN_UP:
            raise JobAborted
        if status == isolation.FAILED:
            raise AttemptFailedError("It ended badly; its page says why.")


def _call(attempt: Attempt) -> Outcome:
    outcome = attempt.job_type.handler(attempt)
    return outcome if isinstance(outcome, Outcome) else asyncio.run(_await(attempt, outcome))


async def _await(attempt: Attempt, handler: Coroutine[Any, Any, Outcome]) -> Outcome:
    """Wait for an async handler, which is cancelled when the attempt is to stop."""
    loop, task = asyncio.get_running_loop(), asyncio.ensure_future(handler)
    with attempt.sign.interrupting(lambda: loop.call_soon_threadsafe(task.cancel)):
        return await task


def worker_name() -> str:
    """Name this process for people: the computer and the process number."""
    return f"{socket.gethostname()} {os.getpid()}"


def _check_start(attempt: Attempt) -> None:
    """Refuse a campus's job that would see the whole district, whoever wrote its row.

    A job that somebody stopped before its worker kept it does not begin.
    """
    with attempt.transaction() as tx:
        row = queries.one(tx, "work/check_start", job_id=attempt.job_id)
    if row.is_district != (attempt.job_type.scope == "district"):
        raise InvalidJobError("This job was not started in the right way and was refused.")
    if row.cancel_requested_by is not None:
        raise JobCancelledError(f"Stopped by {row.cancel_requested_by}.")


def _cause(attempt: Attempt, error: BaseException) -> BaseException:
    """Name what lies behind an error: whatever was interrupted says no more than that it was."""
    if not isinstance(error, psycopg.Error | asyncio.CancelledError):
        return error
    if attempt.sign.reason is not None:
        return attempt.sign.reason.with_traceback(error.__traceback__)
    if isinstance(error, psycopg.errors.QueryCanceled):
        limit = attempt.job_type.timeout_seconds
        return TimeLimitError(limit).with_traceback(error.__traceback__)
    return error


def _end_badly(attempt: Attempt, error: BaseException) -> None:
    """Write why the attempt ended; what is raised afterwards goes to the worker's own log."""
    if isinstance(error, WorkerStoppingError):
        attempt.give_back()
        raise JobAborted from None
    failure = describe(error)
    if isinstance(error, JobCancelledError) or isinstance(attempt.sign.reason, JobCancelledError):
        attempt.fail(failure, state="cancelled")
        raise JobAborted from None
    worth_it = isinstance(error, (*WORTH_ANOTHER_TRY, *attempt.job_type.retry_on))
    if worth_it and attempt.has_tries_left:
        attempt.retry(failure, after_seconds=getattr(error, "retry_after_seconds", 0))
    else:
        attempt.fail(failure)
    raise AttemptFailedError(failure.text) from None


AGAIN = "Run it again; if it stops again, tell the district office."


def describe(error: BaseException) -> Failure:
    """Put an error into plain words. Row data in a database error's detail is left out."""
    name = type(error).__name__
    text, next_step = f"Schoolbell made a mistake ({name}).", "Tell the district office its number."
    if isinstance(error, JobCancelledError):
        text, next_step = str(error), "Nothing to do. Run it again when it is wanted."
    elif isinstance(error, NEVER_AGAIN):
        text, next_step = str(error), "Correct what was handed in, then start it anew."
    elif isinstance(error, SchoolbellError):
        text, next_step = str(error), AGAIN
    elif isinstance(error, psycopg.DataError):  # its message would repeat the value
        text, next_step = "The database refused a value that does not fit.", AGAIN
    elif isinstance(error, psycopg.Error):
        reason = error.diag.message_primary or "the connection was lost"
        text, next_step = f"The database refused: {reason}.", AGAIN
    return Failure(name, text, next_step, "".join(traceback.format_tb(error.__traceback__)))


class LedgerJobManager(JobManager):
    """Procrastinate's job manager, with the ends of our jobs left to the ledger."""

    known: Callable[[str], bool] = staticmethod(lambda _: False)

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:  # noqa: FBT001
        """End what the worker did not end itself: rows of the clock, and jobs without code."""
        del delete_job  # no ended row stays: history is the ledger's
        if "job_id" not in job.task_kwargs:
            await super().finish_job(job, status, delete_job=True)
        elif not self.known(job.task_name):
            await self._refuse_unknown(job)

    async def _refuse_unknown(self, job: Job) -> None:
        """Fail, alone and in plain words, the job whose code is not installed here."""
        job_id = job.task_kwargs["job_id"]
        token = secrets.token_urlsafe(32)  # one that can be guessed would lend its eyes
        failure = Failure(
            "TaskNotFound",
            f"This version of Schoolbell has no job called {job.task_name!r}.",
            "Tell the district office: the program was changed.",
        )
        await self.connector.execute_query_async(
            query=queries.statement("work/start_attempt"),
            job_id=job_id,
            queue_row_id=job.id,
            worker=worker_name(),
            token=token,
        )
        await self.connector.execute_query_async(
            query=queries.statement("work/finish_job"),
            job_id=job_id,
            token=token,
            seconds=0,
            state="failed",
            result=None,
            failed_parts=[],
            **failure.as_parameters(),
        )

    async def register_worker(self) -> int:
        """Start keeping leases with the worker, and say that it is alive."""
        worker_id = await super().register_worker()
        keeper.start(worker_name(), worker_id)
        return worker_id

    async def unregister_worker(self, worker_id: int) -> None:
        """Stop keeping leases: the drain is over and no job of this worker runs any more."""
        keeper.stop()
        await super().unregister_worker(worker_id)
