"""What a command needs of a running installation: its database, a session, and a worker."""

import getpass
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import datetime
from typing import Any

import click

from schoolbell.queue import accounts, db, launch, prepare, queries
from schoolbell.queue.db import Transaction
from schoolbell.queue.errors import CampusNotFoundError
from schoolbell.queue.monitoring import ledger, time_left
from schoolbell.queue.settings import settings

AS_JSON = click.option("--json", "as_json", is_flag=True, help="End on one line of JSON.")
LOOK_SECONDS = 0.3
LAST_LINES = 20
# A worker gives a sign every round (5 s or so); one that has missed two is taken for gone.
LIVE_ROUNDS = 2.4
SHORTEST_LIVE_SECONDS = 3


class Session:
    """A short sign-in of the built-in account, in the name of the operating system's user."""

    def __init__(self, token: str, installer_url: str, stack: ExitStack) -> None:
        self.token = token
        self.installer_url = installer_url
        self._stack = stack
        self._started_worker = False

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Open a transaction with the district's eyes."""
        return db.transaction("web", acting_as=db.DISTRICT, token=self.token)

    def job(self, job_id: int) -> dict[str, Any]:
        """Return the facts of a job; raise CampusNotFoundError when there is none."""
        with self.transaction() as tx:
            row = queries.one(tx, "pages/show_job", job_id=job_id)
            if row is None:
                raise CampusNotFoundError(f"There is no job {job_id}.")
            return job_facts(row)

    def history(self, job_id: int) -> dict[str, list[dict[str, Any]]]:
        """Return the tries of a job, newest first, and the last lines of the last one's log."""
        with self.transaction() as tx:
            attempts = queries.run(tx, "pages/list_attempts", job_id=job_id).fetchall()
            latest = attempts[0].attempt if attempts else 0
            lines = queries.run(
                tx, "pages/log_lines", job_id=job_id, attempt=latest, most=LAST_LINES
            ).fetchall()
        return {
            "attempts": [attempt_facts(row) for row in attempts],
            "log": [{"at": _time(line.at), "text": line.text} for line in lines],
        }

    def workers(self) -> list[dict[str, Any]]:
        """Return the workers that are alive."""
        seconds = max(LIVE_ROUNDS * settings().round_seconds, SHORTEST_LIVE_SECONDS)
        with self.transaction() as tx:
            rows = queries.run(tx, "pages/workers", within_seconds=seconds).fetchall()
        return [
            {
                "worker": row.worker,
                "started_at": _time(row.started_at),
                "seen_seconds_ago": round(row.seen_seconds_ago, 1),
                "jobs": row.jobs,
            }
            for row in rows
        ]

    def wait_for(self, job_id: int) -> None:
        """Wait until a job has ended, showing its progress; run a worker if none is alive."""
        shown = ""
        while (facts := self.job(job_id))["state"] not in ledger.OVER:
            self._have_worker()
            line = (
                ", ".join(facts[name] for name in ("progress", "time_left") if name in facts)
                or facts["state"]
            )
            if line != shown:
                click.echo(f"Job {job_id}: {line}", err=True)
                shown = line
            time.sleep(LOOK_SECONDS)

    def wait_for_first_load(self) -> None:
        """Wait for the figures of the first load, when there are none yet."""
        if not self._has_figures():
            self.wait_for_load()

    def wait_for_load(self) -> None:
        """Wait until what an import started, the schools' and the district's figures, is done."""
        shown = ""
        while (line := prepare.progress_line(self.installer_url)) is not None:
            self._have_worker()
            if line != shown:
                click.echo(line, err=True)
                shown = line
            time.sleep(LOOK_SECONDS)

    def _has_figures(self) -> bool:
        with self.transaction() as tx:
            return queries.one(tx, "setup/any_district_figure") is not None

    def _have_worker(self) -> None:
        """Start a worker for the length of this command, unless one is alive.

        Asked at every look: a worker that was killed a moment ago still counts as alive.
        """
        if not self._started_worker and not self.workers():
            self._stack.enter_context(launch.worker_process(settings()))
            self._started_worker = True


@contextmanager
def session(*, with_sample: bool = True) -> Iterator[Session]:
    """Attach to the installation, set up and started if needed, and sign in for a moment.

    A new installation gets the sample, unless the command brings data of its own.
    """
    actor = f"{getpass.getuser()} (command line)"
    with ExitStack() as stack:
        url = stack.enter_context(launch.attached(settings()))
        stack.callback(db.close_pools)
        prepare.make_ready(settings(), url, _say)
        if with_sample and prepare.needs_sample(url):
            prepare.start_sample(_say)
        token = accounts.open_session(prepare.BUILT_IN, actor)
        stack.callback(accounts.sign_out, token, actor)
        yield Session(token, url, stack)


def is_over(tx: Transaction, job_id: int) -> bool:
    """Whether a job has ended; one that is not there has not."""
    row = queries.one(tx, "pages/show_job", job_id=job_id)
    return row is not None and bool(row.is_over)


def campus_id(tx: Transaction, number: str) -> int:
    """Return the campus_id of a school number; raise CampusNotFoundError when there is none."""
    row = queries.one(tx, "pages/find_campus", campus=number)
    if row is None:
        raise CampusNotFoundError(f"There is no campus {number!r}.")
    return int(row.campus_id)


def job_facts(row: Any) -> dict[str, Any]:  # noqa: ANN401 (a row)
    """Return what a command prints of a job; what it does not have is left out."""
    facts = {
        "job_id": row.id,
        "task": row.task,
        "campus": row.campus,
        "state": row.state,
        "requested_by": row.requested_by,
        "created_at": _time(row.created_at),
        "took_seconds": row.took_seconds,
        "progress": _progress(row),
        "time_left": time_left.words_for(row) or None,
        "result": getattr(row, "result", None),
        "error": getattr(row, "error_text", None),
    }
    return {name: value for name, value in facts.items() if value is not None}


def attempt_facts(row: Any) -> dict[str, Any]:  # noqa: ANN401 (a row)
    """Return what a command prints of one try."""
    return {
        "attempt": row.attempt,
        "state": row.state,
        "started_at": _time(row.started_at),
        "took_seconds": row.took_seconds,
        "worker": row.worker,
        "error": row.error_text,
    }


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _progress(row: Any) -> str | None:  # noqa: ANN401 (a row)
    if row.progress_total is None:
        return None
    return f"{row.progress_done} of {row.progress_total} {row.progress_text}"


def _say(line: str) -> None:
    click.echo(line, err=True)


def show_facts(facts: dict[str, Any], *, as_json: bool) -> None:
    """Print one thing, a fact a line, or as one line of JSON."""
    if as_json:
        click.echo(json.dumps(facts))
        return
    width = max(map(len, facts))
    for name, value in facts.items():
        click.echo(f"{name.ljust(width)}  {value}")


def show_rows(rows: Sequence[dict[str, Any]], *, as_json: bool) -> None:
    """Print rows as aligned columns, or as one line of JSON."""
    if as_json:
        click.echo(json.dumps(rows))
        return
    titles = list(dict.fromkeys(key for row in rows for key in row))
    lines = [titles, *([str(row.get(key, "")) for key in titles] for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(titles))]
    for line in lines if rows else []:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(cells).rstrip())
