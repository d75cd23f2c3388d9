"""Jobs that wait for their time, outside the queue, and the keeper that lets them go."""

import time

import pytest

from schoolbell.queue import db, queries, tasks
from schoolbell.queue.keeper import Keeper
from schoolbell.queue.monitoring import ledger
from schoolbell.tests import factories as make


def schedule(campus_id, seconds):
    with db.transaction("worker") as tx:
        due = tx.execute(
            "select clock.now() + make_interval(secs => %s) as at", (seconds,)
        ).fetchone()
        return ledger.add(
            tx,
            tasks.find("refresh_attendance_patterns"),
            [campus_id],
            arguments={"school_year": "2015-16"},
            reason="a test",
            due_at=due.at,
        )[0]


def queued(owner):
    return owner.execute("select count(*) from procrastinate_jobs").fetchone()[0]


@pytest.fixture
def keeper(owner):
    made = Keeper()
    made.start()
    yield made
    made.stop()


def test_a_job_for_later_is_scheduled_and_takes_no_room_in_the_queue(owner):
    job = schedule(make.campus(owner, "01M015"), 3600)
    assert (make.state(owner, job), queued(owner)) == ("scheduled", 0)


def test_what_is_due_is_released_and_what_is_not_says_how_long_it_takes(owner):
    soon = schedule(make.campus(owner, "01M015"), -1)
    late = schedule(make.campus(owner, "02K400"), 500)
    with db.transaction("worker") as tx:
        seconds = queries.one(tx, "work/release_due_jobs").seconds
    assert (make.state(owner, soon), make.state(owner, late)) == ("waiting", "scheduled")
    assert (queued(owner), seconds) == (1, pytest.approx(500, abs=2))


def test_a_scheduled_job_can_be_stopped_and_never_runs(owner):
    make.account(owner, "office", "campus_admin", make.campus(owner, "01M015"))
    job = schedule(owner.execute("select max(campus_id) from campuses").fetchone()[0], -1)
    make.act("office", "jobs/cancel_job", job_id=job, reason="not today")
    make.work()
    assert (make.state(owner, job), queued(owner)) == ("cancelled", 0)


def test_the_same_work_is_not_scheduled_twice(owner):
    campus = make.campus(owner, "01M015")
    schedule(campus, 3600)
    with pytest.raises(IndexError):
        schedule(campus, 7200)


def test_a_keeper_hears_of_a_job_that_is_due_before_its_next_round(owner, keeper, monkeypatch):
    monkeypatch.setattr(Keeper, "_round_seconds", staticmethod(lambda: 60.0))
    time.sleep(1)  # the keeper now waits for a minute
    job = schedule(make.campus(owner, "01M015"), 0.5)
    deadline = time.monotonic() + 5
    while make.state(owner, job) != "waiting" and time.monotonic() < deadline:
        time.sleep(0.05)
    assert make.state(owner, job) == "waiting"


def test_two_keepers_release_a_job_once(owner, keeper):
    other = Keeper()
    other.start()
    for number in range(20):
        schedule(make.campus(owner, f"01M{number:03}"), 0.3)
    time.sleep(1.5)
    other.stop()
    assert queued(owner) == 20


def test_a_keeper_goes_on_after_its_connection_was_cut(owner, keeper):
    time.sleep(0.5)
    owner.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where application_name = 'schoolbell keeper' and datname = current_database()"
    )
    job = schedule(make.campus(owner, "01M015"), 1)
    time.sleep(2.5)
    assert make.state(owner, job) == "waiting"
