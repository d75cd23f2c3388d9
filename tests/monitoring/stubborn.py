"""Handlers that would go on for a minute, each in its own way, after they have written a figure.

They say that they are busy, and which group of processes they run in, by their progress.
"""

import asyncio
import os
import subprocess
import sys
import time

from schoolbell.queue.tasks import Outcome

MINUTE = 60
LOOP = f"import time\nend = time.monotonic() + {MINUTE}\nwhile time.monotonic() < end: pass"


def run_a_statement(attempt):
    """Wait in the database."""
    with attempt.closing() as tx:
        begin(attempt, tx)
        tx.execute("select pg_sleep(%s)", (MINUTE,))
    return Outcome()


def sleep(attempt):
    """Wait in the worker."""
    with attempt.closing() as tx:
        begin(attempt, tx)
        attempt.sleep(MINUTE)
    return Outcome()


async def await_nothing(attempt):
    """Wait in an event loop."""
    with attempt.closing() as tx:
        begin(attempt, tx)
        await asyncio.sleep(MINUTE)
    return Outcome()


def compute(attempt):
    """Compute, and so does a process that it starts."""
    subprocess.Popen([sys.executable, "-c", LOOP])
    with attempt.closing() as tx:
        begin(attempt, tx)
        exec(LOOP)  # noqa: S102 (the same)
    return Outcome()


def run_a_statement_apart(attempt):
    """Wait in the database, from a process of its own."""
    return run_a_statement(attempt)


def begin(attempt, tx):
    """Write a figure and say that the work goes on."""
    write_figure(attempt, tx)
    attempt.progress(0, os.getpgrp(), "busy")


def write_figure(attempt, tx):
    """Write a figure that is kept only when the job ends well."""
    tx.execute(
        "insert into metric_campus_period (campus_id, grain, period_key, metric, n, value, job_id)"
        " values (%s, 'school_year', %s, 'bells', 1, 1, %s)",
        (attempt.campus_id, attempt.job_type.name, attempt.job_id),
    )


def write_and_end(attempt):
    """Write a figure and end well."""
    with attempt.closing() as tx:
        write_figure(attempt, tx)
    return Outcome({"process": os.getpid()})


def die(attempt):
    """End the whole process in the middle of the work."""
    with attempt.closing() as tx:
        write_figure(attempt, tx)
        os.abort()


def fail(attempt):
    """Make a mistake."""
    raise ZeroDivisionError


def work_in_parts(attempt):
    """Do four parts that take longer together than any one may."""
    for part in attempt.parts(["7A", "7B", "7C", "7D"], "classes"):
        with attempt.part(part):
            time.sleep(0.8)
    return Outcome()


STUBBORN = (run_a_statement, sleep, await_nothing)
STUBBORN_APART = (compute, run_a_statement_apart)
