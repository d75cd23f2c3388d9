"""How long one job takes from the queue to its end, with little and with much around it.

What is compared is measured in turns, so that a busy moment of the machine falls on both.
"""

import statistics
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from typing import Any

from procrastinate.sql import queries as upstream
from psycopg.types.json import Jsonb

from schoolbell.queue import db, queries
from schoolbell.queue.bench import scratch
from schoolbell.queue.db import Transaction
from schoolbell.queue.failure import NO_FAILURE

FEW_WAITING = 1000
FAR_FUTURE = "2100-01-01"
TURNS = 5
MOST_MUCH = 1.5
MOST_HELD = 2.0
TIMED = ("fetch", "fetch and finish")
FETCH = upstream["fetch_job"].encode()

Say = Callable[[str], None]


@dataclass(frozen=True)
class Sizes:
    """How many rows there are, and how many jobs are timed in one turn."""

    ledger: int
    waiting: int
    future: int
    finished: int
    timed: int


def measure(installer_url: str, sizes: Sizes, say: Say) -> dict[str, Any]:
    """Return medians in milliseconds, their ratios, and the rows and the machine they are of."""
    say("Making three databases")
    with scratch.databases(installer_url, ("few", "much", "held")) as urls, ExitStack() as stack:
        say("Filling them")
        timed = 2 * TURNS * sizes.timed
        scratch.fill(urls["few"], "waiting", FEW_WAITING + timed, "waiting")
        scratch.fill(urls["held"], "waiting", FEW_WAITING + timed + sizes.finished, "waiting")
        scratch.fill(urls["much"], "ended", sizes.ledger, "succeeded")
        scratch.fill(urls["much"], "waiting", sizes.waiting + timed, "waiting")
        scratch.fill(urls["much"], "future", sizes.future, "scheduled", due_at=FAR_FUTURE)
        opened = {name: stack.enter_context(scratch.as_ledger(url)) for name, url in urls.items()}
        say("Measuring in turns")
        before = _in_turns(opened, sizes.timed)
        _hold_snapshot(stack.enter_context(db.installer(urls["held"])))
        say("Ending jobs beside a transaction that stays open")
        scratch.work_off(urls["held"], sizes.finished)
        del opened["much"]
        after = _in_turns(opened, sizes.timed)
        return {
            "rows": _compare(before, after),
            "sizes": asdict(sizes),
            "machine": scratch.machine(urls["few"]),
        }


def _hold_snapshot(connection: Transaction) -> None:
    """Leave a transaction open: what ends from now on cannot be cleared away."""
    connection.execute("begin isolation level repeatable read")
    connection.execute("select count(*) from procrastinate_jobs")


Medians = dict[str, dict[str, float]]


def _in_turns(opened: Mapping[str, Transaction], timed: int) -> Medians:
    """Return each database's medians, the databases measured one after another, several times."""
    samples: dict[str, list[tuple[float, float]]] = {name: [] for name in opened}
    for _ in range(TURNS):
        for name, connection in opened.items():
            samples[name] += [_fetch_and_finish(connection) for _ in range(timed)]
    return {
        name: {
            what: 1000 * statistics.median(sample[place] for sample in each)
            for place, what in enumerate(TIMED)
        }
        for name, each in samples.items()
    }


def _fetch_and_finish(connection: Transaction) -> tuple[float, float]:
    """Take one job from the queue to its end as a worker does; return the seconds of TIMED."""
    began = time.perf_counter()
    [row] = connection.execute(FETCH, {"queues": None, "worker_id": None}).fetchall()
    fetched = time.perf_counter()
    job_id = row.args["job_id"]
    token = f"bench {job_id}"
    queries.run(
        connection,
        "work/start_attempt",
        job_id=job_id,
        queue_row_id=row.id,
        worker="bench",
        token=token,
    )
    queries.run(
        connection,
        "work/finish_job",
        job_id=job_id,
        token=token,
        seconds=0.0,
        state="succeeded",
        result=Jsonb({}),
        failed_parts=Jsonb([]),
        **NO_FAILURE,
    )
    return fetched - began, time.perf_counter() - began


def _compare(before: Medians, after: Medians) -> list[dict[str, Any]]:
    """Return a row for each thing that is timed in each situation, beside what it is held to."""
    pairs = (
        ("much around it", before["much"], "1,000 waiting", before["few"], MOST_MUCH),
        ("transaction open", after["held"], "before it", before["held"], MOST_HELD),
        ("transaction open", after["held"], "none open", after["few"], MOST_HELD),
    )
    return [
        {"timed": what, "situation": situation, "against": against}
        | _judged(medians[what], others[what], most)
        for situation, medians, against, others, most in pairs
        for what in TIMED
    ]


def _judged(median: float, other: float, most: float) -> dict[str, Any]:
    ratio = round(median / other, 2)
    return {
        "p50_ms": round(median, 2),
        "its_p50_ms": round(other, 2),
        "ratio": ratio,
        "at_most": most,
        "met": "yes" if ratio <= most else "no",
    }
