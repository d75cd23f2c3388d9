"""The ledger's way in: new jobs are rows of `jobs`, and the database puts them into the queue.

`add` writes under the asker's own policies. Both doors lead here: people start jobs through
`enqueue.start`, and a running job starts others through its attempt.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from psycopg import errors
from psycopg.types.json import Jsonb

from schoolbell.queue import queries
from schoolbell.queue.db import Transaction
from schoolbell.queue.tasks import JobType

# The ten states of a job: those in which it may still change by itself, and its ends.
LIVE = ("waiting", "scheduled", "blocked", "running", "retrying", "interrupted")
OVER = ("succeeded", "partial", "failed", "cancelled")

# Somebody else's start of the same work may commit while ours is under way; ours then looks anew.
MOST_TRIES = 3


def add(
    tx: Transaction,
    job_type: JobType,
    campus_ids: Sequence[int],
    *,
    arguments: Mapping[str, Any] | None = None,
    reason: str,
    due_at: datetime | None = None,
    after: Sequence[int] = (),
    needs: str = "success",
) -> list[int]:
    """Add one job of this type for each campus and return the ids of those that were added.

    A campus where the same work (task and arguments) already waits is left out. Work that already
    runs is not: it may have missed what came in since, and these jobs are started because of that.
    A job with a `due_at` waits for that time outside the queue. With `after`
    the jobs wait until all those jobs have ended well, or with `needs="any outcome"` have ended.
    """
    added = _insert(
        tx,
        task=job_type.name,
        category=job_type.category,
        queue=job_type.queue,
        priority=job_type.priority,
        tries=job_type.tries,
        is_district=job_type.scope == "district",
        campus_ids=list(campus_ids),
        arguments=Jsonb(dict(arguments or {})),
        duplicate_key=_key(arguments or {}),
        state="blocked" if after else "scheduled" if due_at else "waiting",
        due_at=due_at,
        reason=reason,
    )
    for job_id in added if after else ():
        queries.run(tx, "jobs/wait_for", child_id=job_id, parent_ids=list(after), needs=needs)
    return added


def _insert(tx: Transaction, **facts: object) -> list[int]:
    """Insert the jobs under a savepoint, again when another start of the same work came first."""
    for tries_left in reversed(range(MOST_TRIES)):
        try:
            with tx.transaction():
                return [row.id for row in queries.run(tx, "jobs/add_jobs", **facts)]
        except errors.UniqueViolation:
            if not tries_left:
                raise
    raise AssertionError  # the loop has returned or raised


def live_twin(
    tx: Transaction,
    job_type: JobType,
    campus_id: int,
    arguments: Mapping[str, Any],
    other_than: Sequence[int] = (),
) -> int | None:
    """Return the job_id of the oldest job that already does, or will do, the same work."""
    row = queries.one(
        tx,
        "jobs/live_twin",
        campus_id=campus_id,
        task=job_type.name,
        duplicate_key=_key(arguments),
        other_than=list(other_than),
    )
    return None if row is None else row.id


def _key(arguments: Mapping[str, Any]) -> str:
    """Two jobs of one task and campus are the same work when their arguments are."""
    return " ".join(f"{name}={arguments[name]}" for name in sorted(arguments))
