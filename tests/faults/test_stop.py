"""A real worker's jobs are stopped within 2 s of their limit or of somebody's click.

Each kind of work runs at the same time in one worker, so that one that hangs would hold up others.
"""

import os
import signal
import subprocess
import time

import pytest

from schoolbell.queue import db, enqueue
from schoolbell.tests import factories as make
from schoolbell.tests.faults import programs
from schoolbell.tests.monitoring import stubborn

APP = "schoolbell.tests.faults.stubborn_app.app"
KINDS = [handler.__name__ for handler in (*stubborn.STUBBORN, *stubborn.STUBBORN_APART)]
APART = [handler.__name__ for handler in stubborn.STUBBORN_APART]
AT_MOST_SECONDS = 2
# Rounds are rare, so that what stops a job in time is the message.
SETTINGS = {
    "SCHOOLBELL_CONCURRENCY": str(len(KINDS)),
    "SCHOOLBELL_SWEEP_SECONDS": "60",
    "SCHOOLBELL_LEASE_SECONDS": "180",
}


@pytest.fixture
def jobs(owner):
    """Add one job of each kind by hand: this process does not know their types."""
    make.account(owner, "dora", "district_admin")
    campus = make.campus(owner, "01M015")
    rows = [
        owner.execute(
            "insert into jobs (campus_id, category, task, duplicate_key, arguments, queue,"
            " is_district, state, requested_by, reason, tries, max_attempts) values (%s, 'campus',"
            " %s, '', '{}', 'analytics', false, 'waiting', 'a test', 'a test', 1, 1) returning id",
            (campus, kind),
        ).fetchone()
        for kind in KINDS
    ]
    return dict(zip(KINDS, (row.id for row in rows), strict=True))


def until_busy(owner):
    programs.wait_until(lambda: len(busy(owner)) == len(KINDS))
    return busy(owner)


def busy(owner):
    """The group of processes that each job runs in, by its kind."""
    rows = owner.execute(
        "select task, progress_total from jobs where state = 'running' and progress_text = 'busy'"
    )
    return {row.task: row.progress_total for row in rows}


def ended(owner, kind):
    return owner.execute(
        "select job.state, job.error_text, attempt.state as attempt, attempt.error_text as reason,"
        " extract(epoch from attempt.ended_at - attempt.started_at) as seconds"
        " from jobs as job inner join job_attempts as attempt on attempt.job_id = job.id"
        " where job.task = %s",
        (kind,),
    ).fetchone()


def all_is_gone(owner, groups):
    """Every job has ended, and neither a query nor a process is left, nor a figure nor a lease."""
    left = owner.execute(
        "select exists (select 1 from metric_campus_period) or exists (select 1 from job_leases)"
    ).fetchone()[0]
    gone = not left and no_query_is_left(owner) and not any(alive(groups[kind]) for kind in APART)
    return gone and programs.all_ended(owner)


def no_query_is_left(owner):
    """Whether no connection bears the name of a job."""
    return not owner.execute(
        "select exists (select 1 from pg_stat_activity"
        " where datname = current_database() and application_name like 'job:%')"
    ).fetchone()[0]


def alive(group):
    """The processes of a group that still run; one that nobody has buried yet does not."""
    shown = subprocess.run(
        ["ps", "-eo", "pgid=,stat="],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    rows = [line.split() for line in shown.splitlines()]
    return [row for row in rows if row[0] == str(group) and not row[1].startswith("Z")]


def test_what_somebody_stops_is_stopped_at_once_whatever_it_is_busy_with(owner, jobs):
    with programs.worker(APP, STUBBORN_LIMIT_SECONDS="300", **SETTINGS):
        groups = until_busy(owner)
        assert len(alive(groups["compute"])) == 2
        clicked = time.monotonic()
        with db.transaction("web", acting_as=db.DISTRICT, token=make.token("dora")) as tx:
            assert {enqueue.cancel(tx, job, "not wanted") for job in jobs.values()} == {"running"}
        programs.wait_until(lambda: all_is_gone(owner, groups), 10)
        assert time.monotonic() - clicked < AT_MOST_SECONDS
    told = ("cancelled", "Stopped by Dora.")
    assert {kind: ended(owner, kind)[:4] for kind in KINDS} == dict.fromkeys(KINDS, told * 2)


def test_what_reaches_its_limit_is_stopped_whatever_it_is_busy_with(owner, jobs):
    limit = 4  # long enough for all of them to begin
    with programs.worker(APP, STUBBORN_LIMIT_SECONDS=str(limit), **SETTINGS):
        groups = until_busy(owner)
        last = owner.execute(
            "select extract(epoch from clock.now() - max(started_at)) from job_attempts"
        ).fetchone()[0]
        begun = time.monotonic() - float(last)
        programs.wait_until(lambda: all_is_gone(owner, groups), 10)
        assert time.monotonic() - begun < limit + AT_MOST_SECONDS
    told = ("failed", f"The work took longer than it may ({limit} s) and was stopped.")
    assert {kind: ended(owner, kind)[:4] for kind in KINDS} == dict.fromkeys(KINDS, told * 2)
    assert [kind for kind in KINDS if not limit <= ended(owner, kind).seconds < limit + 2] == []


def test_what_runs_apart_dies_with_a_worker_that_is_killed(owner, jobs):
    with programs.worker(APP, STUBBORN_LIMIT_SECONDS="300", **SETTINGS) as worker:
        groups = until_busy(owner)
        programs.end(worker, signal.SIGKILL)
        programs.wait_until(lambda: not any(alive(groups[kind]) for kind in APART), 5)
        programs.wait_until(lambda: no_query_is_left(owner), 5)
    assert [kind for kind in APART if alive(groups[kind])] == []


def test_a_process_that_is_killed_has_failed_its_attempt_in_plain_words(owner, jobs):
    with programs.worker(APP, STUBBORN_LIMIT_SECONDS="300", **SETTINGS):
        os.kill(until_busy(owner)["compute"], signal.SIGKILL)
        programs.wait_until(lambda: make.state(owner, jobs["compute"]) == "failed", 5)
    assert ended(owner, "compute").reason == (
        "The process that did the work ended before it was done (SIGKILL)."
    )
