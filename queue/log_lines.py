"""The log of one attempt: lines for admins, kept in batches beside the work's own transactions."""

import logging
import time

import psycopg

from schoolbell.queue import db, queries
from schoolbell.queue.errors import SetupError

logger = logging.getLogger("schoolbell.worker")

MOST_LINES = 1000
MOST_CHARACTERS = 500
BATCH = 50
# A line is worth no more waiting than this: the work goes on without it.
WRITE_SECONDS = 2
LEFT_OUT = "further lines were left out"


class LogLines:
    """Called with a line of text, keeps it for the job's page.

    The lines are for admins and never hold a pupil's name, mark or absence: say what was done and
    how many. A line is cut at 500 characters, an attempt has at most 1,000, and a log that cannot
    be written never fails the job.
    """

    def __init__(self, job_id: int, campus_id: int, attempt: int) -> None:
        self._whose = {"job_id": job_id, "campus_id": campus_id, "attempt": attempt}
        self._waiting: list[tuple[float, str]] = []
        self._count = 0
        self._has_warned = False

    def __call__(self, text: str) -> None:
        """Keep one line; it is written with the next batch."""
        if self._count >= MOST_LINES:
            return
        self._count += 1
        line = LEFT_OUT if self._count == MOST_LINES else _fit_for_a_row(text)
        self._waiting.append((time.monotonic(), line))
        if len(self._waiting) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Write the lines that wait, on a second connection that commits at once."""
        lines, self._waiting = self._waiting, []
        if not lines:
            return
        now = time.monotonic()
        try:
            with db.transaction("worker") as tx:
                tx.execute(f"set local statement_timeout = {1000 * WRITE_SECONDS}")
                queries.run(
                    tx,
                    "work/note_log_lines",
                    texts=[text for _, text in lines],
                    ages=[now - said for said, _ in lines],
                    **self._whose,
                )
        except (psycopg.Error, SetupError) as error:
            self._warn(error)

    def _warn(self, error: Exception) -> None:
        """Say once that lines are lost; the job itself goes on."""
        if not self._has_warned:
            self._has_warned = True
            logger.warning(
                "Lines of job %s's log could not be kept: %s.",
                self._whose["job_id"],
                type(error).__name__,
            )


def _fit_for_a_row(text: str) -> str:
    """Leave out what PostgreSQL cannot keep, and cut the line where it grows too long."""
    plain = text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    return plain[:MOST_CHARACTERS]
