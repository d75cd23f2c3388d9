"""A worker that dies is noticed by the lease of its job, and cannot finish what was taken over."""

import threading
import time

import psycopg
import pytest

from schoolbell.queue import db, queries, worker
from schoolbell.queue.keeper import Keeper
from schoolbell.queue.tasks import Outcome
from schoolbell.tests import factories as make

REFRESH = "refresh_attendance_patterns"


@pytest.fixture
def job(owner):
    [job] = make.start(REFRESH, [make.campus(owner, "01M015")], school_year="2015-16")
    return job


def expire(owner):
    owner.execute("update job_leases set expires_at = now() - interval '1 second'")


def sweep():
    with db.transaction("worker") as tx:
        tx.execute("set local lock_timeout = '5s'")  # a sweep never waits for a job
        return queries.one(tx, "work/sweep_expired_leases").swept


def states(owner, job):
    rows = owner.execute(
        "select state from job_attempts where job_id = %s order by attempt", (job,)
    ).fetchall()
    return make.state(owner, job), [row.state for row in rows]


def test_an_expired_lease_interrupts_the_job_and_it_runs_again(owner, job, hold):
    hold(job)
    expire(owner)
    assert sweep() == 1
    assert states(owner, job) == ("interrupted", ["interrupted"])
    shown = make.show(owner, job)
    assert shown.error_text == "The computer that did the work stopped."
    assert (shown.next_step, shown.ended_at) == ("Nothing to do: it starts again by itself.", None)
    make.work()
    assert states(owner, job) == ("succeeded", ["interrupted", "succeeded"])


def test_the_last_try_that_is_interrupted_has_failed(owner, job, hold):
    for _ in range(3):
        hold(job)
        expire(owner)
        sweep()
    assert states(owner, job) == ("failed", ["interrupted"] * 3)
    shown = make.show(owner, job)
    assert (shown.ended_at is not None, shown.error_class) == (True, "Interrupted")
    assert owner.execute(
        "select count(*) from procrastinate_jobs where (args ->> 'job_id')::bigint = %s", (job,)
    ).fetchone() == (0,)


def test_a_worker_that_dies_before_its_attempt_began_costs_no_try(owner, job):
    owner.execute("update procrastinate_jobs set status = 'doing'")
    expire(owner)
    assert sweep() == 1
    assert (make.state(owner, job), make.show(owner, job).attempt_count) == ("interrupted", 0)


def test_a_lease_that_has_not_expired_is_left_alone(owner, job, hold):
    hold(job)
    assert sweep() == 0
    assert make.state(owner, job) == "running"


def test_a_job_that_is_just_being_finished_is_left_alone(owner, job, hold, database_url):
    attempt = hold(job)
    expire(owner)
    with psycopg.connect(database_url) as finishing:
        finishing.execute("select 1 from procrastinate_jobs where status = 'doing' for update")
        assert sweep() == 0
    attempt.finish(Outcome({"bells": 3}))
    assert states(owner, job) == ("succeeded", ["succeeded"])


def test_a_worker_that_lost_its_job_cannot_finish_it_and_its_writes_are_gone(owner, job, hold):
    late = hold(job)
    with late.closing() as tx:
        queries.run(tx, "work/note_part", job_id=job, part="the late one", campus_id=late.campus_id)
    expire(owner)
    sweep()
    second = hold(job)
    with pytest.raises(psycopg.DatabaseError, match="taken over by another worker"):
        late.finish(Outcome({"by": "the late one"}))
    second.finish(Outcome({"by": "the second"}))
    assert make.show(owner, job).result == {"by": "the second"}
    assert owner.execute("select count(*) from job_parts").fetchone() == (0,)


@pytest.mark.parametrize("act", ["fail", "retry", "give_back"])
def test_a_worker_that_lost_its_job_cannot_end_it_in_any_way(owner, job, hold, act):
    late = hold(job)
    expire(owner)
    sweep()
    failure = worker.describe(ValueError())
    with pytest.raises(psycopg.DatabaseError, match="taken over by another worker"):
        getattr(late, act)(*([] if act == "give_back" else [failure]))
    assert states(owner, job) == ("interrupted", ["interrupted"])


def test_a_late_worker_cannot_open_an_attempt_of_a_job_that_was_taken_over(owner, job, hold):
    row = owner.execute("update procrastinate_jobs set status = 'doing' returning id").fetchone()
    expire(owner)
    sweep()
    with (
        pytest.raises(psycopg.DatabaseError, match="taken over by another worker"),
        db.transaction("worker") as tx,
    ):
        queries.run(
            tx, "work/start_attempt", job_id=job, queue_row_id=row.id, worker="late", token="x"
        )


def test_a_token_that_was_taken_over_sees_nothing_any_more(owner, job, hold):
    late = hold(job)
    expire(owner)
    sweep()
    with late.transaction() as tx:
        assert tx.execute("select count(*) from campuses").fetchone()[0] == 0


def test_a_job_longer_than_its_lease_keeps_it_while_its_worker_lives(owner, job_of):
    def work_long(attempt):
        time.sleep(3)  # the tests' leases last 2 s
        return Outcome()

    [long] = make.start(job_of(work_long), [make.campus(owner, "01M019")])
    make.work()
    assert states(owner, long) == ("succeeded", ["succeeded"])


def test_a_job_given_back_by_a_worker_that_stops_costs_no_try(owner, job, hold, work_off):
    attempt = hold(job)
    attempt.give_back()
    assert states(owner, job) == ("interrupted", ["interrupted"])
    assert make.show(owner, job).max_attempts == 4
    work_off()
    assert states(owner, job) == ("succeeded", ["interrupted", "succeeded"])


def test_many_sweeps_at_once_count_each_lost_job_once(owner, hold):
    campuses = [make.campus(owner, f"01M{number:03}") for number in range(6)]
    jobs = make.start(REFRESH, campuses, school_year="2015-16")
    for job in jobs:
        hold(job)
    expire(owner)
    swept = []
    threads = [threading.Thread(target=lambda: swept.append(sweep())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(swept) == 6
    assert all(states(owner, job) == ("interrupted", ["interrupted"]) for job in jobs)


def test_the_length_of_a_lease_is_the_setting_of_the_worker(owner, job):
    with db.transaction("worker") as tx:
        tx.execute("update procrastinate_jobs set status = 'doing'")
    left = owner.execute("select expires_at - now() as left from job_leases").fetchone().left
    assert 1 < left.total_seconds() <= 2


def test_an_attempt_that_lost_its_job_to_another_does_not_take_its_keeping_along():
    keeper, stops = Keeper(), []
    with keeper.keeping(7, stops.append):
        with keeper.keeping(7, stops.append):
            pass
        assert keeper.kept() == [7]
    assert keeper.kept() == []
