"""Facts for tests, each made in one line and with the rights of the installer."""

import asyncio
import re
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from schoolbell.queue import accounts, db, queries, tasks
from schoolbell.queue.monitoring import ledger

PASSWORD = "ring the bell"
_HASH = accounts.hasher.hash(PASSWORD)


def campus(owner: psycopg.Connection[Any], number: str, **facts: Any) -> int:
    """Add a campus and return its campus_id."""
    row = owner.execute(
        "insert into campuses (district_campus_id, kind, sourced_id, name, borough, time_zone,"
        " made_up) values ((select campus_id from campuses where kind = 'district'), 'school',"
        " %s, %s, %s, %s, %s) returning campus_id",
        (
            number,
            facts.get("name", f"SCHOOL {number}"),
            facts.get("borough", number[2:3]),
            facts.get("zone", "America/New_York"),
            facts.get("made_up", False),
        ),
    ).fetchone()
    return row.campus_id


def district(owner: psycopg.Connection[Any]) -> int:
    """Return the district's campus_id."""
    return owner.execute("select campus_id from campuses where kind = 'district'").fetchone()[0]


def account(
    owner: psycopg.Connection[Any], login: str, role: str, campus_id: int | None = None
) -> int:
    """Add an account with the tests' password, and a role at a campus."""
    row = owner.execute(
        "insert into accounts (login, name, password_hash) values (%s, %s, %s)"
        " returning account_id",
        (login, login.title(), _HASH),
    ).fetchone()
    owner.execute(
        "insert into account_roles (account_id, role, campus_id) values (%s, %s, %s)",
        (row.account_id, role, campus_id),
    )
    return row.account_id


def token(login: str) -> str:
    """Open a session for an account and return its token."""
    opened = accounts.sign_in(login, PASSWORD).token
    assert opened is not None
    return opened


def signed_in(client: Any, login: str) -> Any:
    """Sign a test browser in through the page, as a person would."""
    answer = client.post(
        "/sign-in",
        data={"login": login, "password": PASSWORD, "csrf_token": csrf(client, "/sign-in")},
    )
    assert answer.status_code == 302, answer.text
    return client


def csrf(client: Any, page: str) -> str:
    """Read the token that a page gives to its forms."""
    found = re.search(r'name="csrf-token" content="([^"]+)"', client.get(page).text)
    assert found
    return found.group(1)


def post(client: Any, url: str, **fields: str) -> Any:
    """Send a form with the token of the first page, as its own page would."""
    page = "/jobs/" if client.get("/jobs/").status_code == 200 else "/sign-in"
    return client.post(url, data={**fields, "csrf_token": csrf(client, page)})


def job(
    owner: psycopg.Connection[Any], campus_id: int, state: str = "waiting", **facts: Any
) -> int:
    """Add a job that is already in some state; the queue hears of it only while it waits."""
    task = tasks.find(facts.get("task", "refresh_attendance_patterns"))
    row = owner.execute(
        "insert into jobs (campus_id, category, task, arguments, duplicate_key, queue, is_district,"
        " state, requested_by, reason, tries, max_attempts, started_at, ended_at, error_text)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s,"
        " case when %s then clock.now() end, case when %s then clock.now() end, %s) returning id",
        (
            campus_id,
            task.category,
            task.name,
            Jsonb(facts.get("arguments", {"school_year": "2015-16"})),
            facts.get("key", ""),
            task.queue,
            task.scope == "district",
            state,
            facts.get("by", "somebody"),
            facts.get("reason", "a test"),
            task.tries,
            task.tries,
            state not in {"waiting", "scheduled", "blocked"},
            state in {"succeeded", "partial", "failed", "cancelled"},
            facts.get("error"),
        ),
    ).fetchone()
    return row.id


def start(
    task: str, campus_ids: list[int], after: list[int] | None = None, **arguments: object
) -> list[int]:
    """Start jobs as the worker's clock does, through the ledger."""
    with db.transaction("worker") as tx:
        return ledger.add(
            tx,
            tasks.find(task),
            campus_ids,
            arguments=arguments,
            reason="a test",
            after=after or (),
        )


def report(owner: psycopg.Connection[Any], campus_id: int, percents: dict[str, float]) -> None:
    """Add reported percentages, by ISO date."""
    for day, percent in percents.items():
        owner.execute(
            "insert into campus_day_reported (campus_id, school_date, source, percent, state,"
            " job_id) values (%s, %s, 'nyc', %s, 'reported', 0)",
            (campus_id, day, percent),
        )


def work() -> None:
    """Let a worker of the stock kind do everything that waits, in this process.

    What is due by then, such as a next try without a wait, is done too; the clock starts nothing.
    """
    from schoolbell.queue.app import app  # noqa: PLC0415 (imports settings)

    app.periodic_defaults["max_delay"] = 0

    async def once() -> None:
        async with app.open_async():
            await app.run_worker_async(
                wait=False, listen_notify=False, install_signal_handlers=False
            )

    asyncio.run(once())
    while _more_is_due():
        asyncio.run(once())


def _more_is_due() -> bool:
    """Whether some job's next try is due now; what waits behind a lock is left to its owner."""
    with db.transaction("worker") as tx:
        queries.run(tx, "work/release_due_jobs")
        row = tx.execute(
            "select exists (select 1 from jobs"
            " where state = 'retrying' and due_at is null) as is_due"
        ).fetchone()
        return row.is_due


def state(owner: psycopg.Connection[Any], job_id: int) -> str:
    """Return the state of a job."""
    return owner.execute("select state from jobs where id = %s", (job_id,)).fetchone().state


def show(owner: psycopg.Connection[Any], job_id: int) -> Any:
    """Return a job's row."""
    return owner.execute("select * from jobs where id = %s", (job_id,)).fetchone()


def act(login: str, query: str, **parameters: object) -> Any:
    """Run one named query as a signed-in person, with only the database between."""
    with db.transaction("web", acting_as=db.CAMPUS, token=token(login)) as tx:
        return queries.run(tx, query, **parameters).fetchall()
