"""The one door for people: start a job, stop it, run it again.

Each act runs in the asker's own transaction, so the database decides what may be done; the checks
here only turn its refusal into a sentence.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg

from schoolbell.queue import queries, tasks
from schoolbell.queue.db import Transaction
from schoolbell.queue.errors import (
    CampusNotFoundError,
    DuplicateJobError,
    InvalidJobError,
    RightMissingError,
)
from schoolbell.queue.monitoring import ledger
from schoolbell.queue.tasks import JobType

ONLY_LOOKING = "You may look at this campus's jobs but not start or stop them."
NOT_ENDED_BADLY = "This job can only run again after it was stopped or could not finish."


def start(
    tx: Transaction,
    task: str,
    campus_id: int,
    *,
    arguments: Mapping[str, Any] | None = None,
    reason: str,
) -> int:
    """Start a job for a campus, in the asker's name, and return its job_id.

    Raises CampusNotFoundError for a campus that the asker does not see, RightMissingError for one
    where the asker only looks, InvalidJobError for a task that does not exist or fit the campus,
    and DuplicateJobError, naming the job, when the same work is already waiting or being done.
    """
    job_type = tasks.find(task)
    check_start(tx, job_type, campus_id)
    if arguments is None:
        arguments = usual_arguments(tx, job_type, campus_id)
    with tx.transaction():  # what was added is taken out again when it is found to be a duplicate
        added = ledger.add(tx, job_type, [campus_id], arguments=arguments, reason=reason)
        twin = ledger.live_twin(tx, job_type, campus_id, arguments, added)
        if twin is not None:
            raise _duplicate(tx, twin)
    if not added:
        raise InvalidJobError("The job could not be added; try once more.")
    return added[0]


def _duplicate(tx: Transaction, job_id: int) -> DuplicateJobError:
    """Say who asked for the same work, when, and when it should be ready."""
    told = queries.one(tx, "jobs/told_of", job_id=job_id)
    ready = f", ready {told.ready}" if told.ready else ""
    message = f"This is already being made: {told.requested_by} asked {told.asked}{ready}."
    return DuplicateJobError(message, job_id)


def usual_arguments(tx: Transaction, job_type: JobType, campus_id: int) -> dict[str, Any]:
    """Return what the job is given when a person just asks for it, such as the latest year.

    Raises InvalidJobError when nobody may ask for the job, or there is nothing to work on yet.
    """
    if not job_type.on_request:
        raise InvalidJobError(f"{job_type.title} starts by itself and cannot be asked for.")
    if job_type.usual_arguments is None:
        return {}
    row = queries.one(tx, job_type.usual_arguments, campus_id=campus_id)
    if row is None:
        raise InvalidJobError("There is nothing to work on yet: no attendance was reported here.")
    return dict(row._asdict())


def check_start(tx: Transaction, job_type: JobType, campus_id: int) -> None:
    """Raise when the asker does not see the campus, may not start jobs there, or it does not fit.

    The district's jobs are for the district, a school's for a school.
    """
    row = queries.one(tx, "jobs/check_start", campus_id=campus_id)
    if row is None:
        raise CampusNotFoundError("There is no such campus.")
    if not row.may_start:
        raise RightMissingError(ONLY_LOOKING, campus_id=campus_id)
    if (row.kind == "district") != (job_type.scope == "district"):
        whose = "the whole district" if job_type.scope == "district" else "one school"
        raise InvalidJobError(f"{job_type.title} is a job for {whose}.")


def cancel(tx: Transaction, job_id: int, reason: str) -> str:
    """Stop a waiting job at once, a running one within seconds; return the state it is in.

    Raises CampusNotFoundError for a job that the asker does not see, RightMissingError for one at a
    campus where the asker only looks.
    """
    with _refusals(job_id):
        row = queries.one(tx, "jobs/cancel_job", job_id=job_id, reason=reason)
    return str(row.state)


def run_again(tx: Transaction, job_id: int, reason: str) -> None:
    """Let a job that did not end well run once more, its earlier attempts kept.

    Raises as `cancel` does, InvalidJobError when the job has not ended or has ended well, and
    DuplicateJobError when the same work is already waiting or being done.
    """
    try:
        with _refusals(job_id), tx.transaction():
            queries.run(tx, "jobs/run_job_again", job_id=job_id, reason=reason)
    except psycopg.errors.UniqueViolation as error:
        twin = error.diag.message_detail or ""
        raise _duplicate(tx, int(twin) if twin.isdecimal() else job_id) from error


@contextmanager
def _refusals(job_id: int) -> Iterator[None]:
    """Turn the database's refusals into the errors that pages and the command line know."""
    try:
        yield
    except psycopg.errors.NoDataFound as error:
        raise CampusNotFoundError("There is no such job.") from error
    except psycopg.errors.InsufficientPrivilege as error:
        raise RightMissingError(ONLY_LOOKING, job_id=job_id) from error
    except psycopg.errors.CheckViolation as error:
        raise InvalidJobError(NOT_ENDED_BADLY) from error
