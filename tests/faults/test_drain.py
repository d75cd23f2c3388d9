"""Workers that are asked to stop: a deploy must neither lose a job nor run it twice."""

import signal

import pytest
from psycopg.types.json import Jsonb

from schoolbell.tests import factories as make
from schoolbell.tests.faults import programs
from schoolbell.tests.faults import refreshes as all_of

SLOW = "schoolbell.tests.faults.slow_app.app"


def start_slow_job(owner, seconds, *, in_parts=False):
    """Add the slow job's row by hand: this process does not know its type."""
    return owner.execute(
        "insert into jobs (campus_id, category, task, arguments, queue, is_district, state,"
        " requested_by, reason, tries, max_attempts) values (%s, 'campus', 'work_slowly', %s,"
        " 'analytics', false, 'waiting', 'a test', 'a test', 3, 3) returning id",
        (make.campus(owner, "01M015"), Jsonb({"seconds": seconds, "in_parts": in_parts})),
    ).fetchone()[0]


def test_a_worker_asked_to_stop_ends_its_long_job_first_and_it_runs_once(owner):
    job = start_slow_job(owner, 5)  # longer than two leases
    with programs.worker(SLOW) as first, programs.worker(SLOW):
        programs.wait_until(lambda: all_of.is_running(owner, job))
        assert programs.end(first, signal.SIGTERM) in {0, -signal.SIGTERM}
        programs.wait_until(lambda: programs.all_ended(owner))
    assert (make.state(owner, job), all_of.attempts(owner, job)) == ("succeeded", ["succeeded"])


@pytest.mark.heavy
def test_a_job_in_parts_is_given_back_when_its_worker_is_asked_to_stop(owner):
    job = start_slow_job(owner, 20, in_parts=True)  # longer than the drain of 10 s
    with programs.worker(SLOW) as first:
        programs.wait_until(lambda: all_of.is_running(owner, job))
        programs.end(first, signal.SIGTERM)
    assert (make.state(owner, job), all_of.attempts(owner, job)) == ("interrupted", ["interrupted"])
    with programs.worker(SLOW):
        programs.wait_until(lambda: programs.all_ended(owner))
    assert all_of.attempts(owner, job) == ["interrupted", "succeeded"]
    assert make.show(owner, job).max_attempts == 4
    assert all_of.parts(owner) == 20
