"""The rules by which a running job is stopped; tests/faults/test_stop.py measures how soon."""

import os
import time
from contextlib import suppress

import pytest
from procrastinate.exceptions import JobAborted

from schoolbell.queue import db, enqueue, isolation, worker
from schoolbell.queue.errors import JobCancelledError
from schoolbell.queue.tasks import Outcome
from schoolbell.tests import factories as make
from schoolbell.tests.monitoring import stubborn

TOO_LONG = "The work took longer than it may (1 s) and was stopped."


@pytest.fixture
def campus(owner):
    campus = make.campus(owner, "01M015")
    make.account(owner, "ann", "campus_admin", campus)
    return campus


def cancel(job):
    with db.transaction("web", acting_as=db.CAMPUS, token=make.token("ann")) as tx:
        return enqueue.cancel(tx, job, "not wanted")


def attempts(owner, job):
    rows = owner.execute(
        "select state, error_text, extract(epoch from ended_at - started_at)::float8 as seconds"
        " from job_attempts where job_id = %s order by attempt",
        (job,),
    )
    return rows.fetchall()


def figures(owner):
    return owner.execute("select count(*) from metric_campus_period").fetchone()[0]


def test_the_limit_bounds_the_whole_attempt_and_each_try_anew(owner, campus, job_of):
    def wait_often(attempt):
        for _ in range(20):
            with attempt.transaction() as tx:
                tx.execute("select pg_sleep(0.4)")
        return Outcome()

    [job] = make.start(job_of(wait_often, timeout_seconds=1, tries=2), [campus])
    make.work()
    assert make.state(owner, job) == "failed"
    assert [row[:2] for row in attempts(owner, job)] == [("failed", TOO_LONG)] * 2
    assert all(1 <= row.seconds < 3 for row in attempts(owner, job))


@pytest.mark.parametrize("isolated", [False, True])
def test_a_job_in_parts_may_take_longer_than_one_of_them(owner, campus, job_of, isolated):
    name = job_of(stubborn.work_in_parts, timeout_seconds=2.8, isolated=isolated)
    [job] = make.start(name, [campus])
    make.work()
    assert make.state(owner, job) == "succeeded"
    assert attempts(owner, job)[0].seconds > 2.8


def test_a_part_that_takes_too_long_is_undone_and_the_others_stay(owner, campus, job_of):
    def ring_each(attempt):
        for part in attempt.parts(["7A", "7B"], "classes"):
            with attempt.part(part) as tx:
                tx.execute("select pg_sleep(%s)", (0.1 if part == "7A" else 20,))
        return Outcome()

    [job] = make.start(job_of(ring_each, timeout_seconds=1, tries=1), [campus])
    make.work()
    assert make.show(owner, job).error_text == TOO_LONG
    assert [row.part for row in owner.execute("select part from job_parts")] == ["7A"]


def test_a_handler_that_catches_everything_is_stopped_all_the_same(owner, campus, job_of):
    def go_on(attempt):
        with attempt.closing() as tx:
            stubborn.write_figure(attempt, tx)
            cancel(attempt.job_id)
            with suppress(JobCancelledError):
                attempt.sleep(20)
        return Outcome({"rung": 3})

    [job] = make.start(job_of(go_on), [campus])
    make.work()
    assert [row[:2] for row in attempts(owner, job)] == [("cancelled", "Stopped by Ann.")]
    assert (make.show(owner, job).result, figures(owner)) == (None, 0)


def test_a_stopped_statement_ends_the_job_at_once_and_is_not_tried_again(owner, campus, job_of):
    def dream(attempt):
        with attempt.closing() as tx:
            stubborn.write_figure(attempt, tx)
            cancel(attempt.job_id)
            tx.execute("select pg_sleep(20)")
        return Outcome()

    [job] = make.start(job_of(dream), [campus])
    make.work()
    [attempt] = attempts(owner, job)
    assert attempt[:2] == ("cancelled", "Stopped by Ann.")
    assert (attempt.seconds < 2, figures(owner), make.state(owner, job)) == (True, 0, "cancelled")


def test_a_message_alone_stops_nothing(owner, campus, job_of):
    def wait(attempt):
        owner.execute("select pg_notify('schoolbell_stop', %s)", (str(attempt.job_id),))
        attempt.sleep(1)
        return Outcome()

    [job] = make.start(job_of(wait), [campus])
    make.work()
    assert make.state(owner, job) == "succeeded"


def test_a_keeper_that_missed_the_message_stops_the_job_in_its_next_round(owner, campus, job_of):
    def wait(attempt):
        owner.execute("update jobs set cancel_requested_by = 'Ann'")
        attempt.sleep(20)
        return Outcome()

    [job] = make.start(job_of(wait), [campus])
    make.work()
    [attempt] = attempts(owner, job)
    assert (attempt.state, attempt.seconds < 2) == ("cancelled", True)


def test_a_job_that_was_stopped_before_it_began_does_not_begin(owner, campus, job_of, hold):
    begun = []
    [job] = make.start(job_of(begun.append), [campus])
    attempt = hold(job)
    cancel(job)
    with pytest.raises(JobAborted):
        worker.carry(attempt)
    assert (begun, make.state(owner, job)) == ([], "cancelled")


def test_a_stop_that_comes_after_the_end_changes_nothing(owner, campus, job_of, hold):
    [job] = make.start(job_of(stubborn.write_and_end), [campus])
    attempt = hold(job)
    with attempt.sign.watching():
        worker.carry(attempt)
        assert cancel(job) == "succeeded"
        attempt.sign.stop(JobCancelledError("Stopped by Ann."))
        time.sleep(0.3)
    assert (make.state(owner, job), figures(owner)) == ("succeeded", 1)
    assert make.show(owner, job).cancel_requested_by is None


def test_an_interrupt_hits_no_statement_of_the_next_who_uses_the_connection(campus, job_of, hold):
    [job] = make.start(job_of(stubborn.write_and_end), [campus])
    attempt = hold(job)
    with attempt.sign.watching():
        with attempt.transaction():
            attempt.sign.stop(JobCancelledError("Stopped by Ann."))
            time.sleep(0.1)
        ended = 0
        for _ in range(50):
            with db.transaction("worker") as tx:
                ended += tx.execute("select 1 as one from pg_sleep(0.01)").fetchone().one
    assert ended == 50


# A process of its own.


def test_work_apart_ends_its_job_itself(owner, campus, job_of):
    [job] = make.start(job_of(stubborn.write_and_end, isolated=True), [campus])
    make.work()
    assert (make.state(owner, job), figures(owner)) == ("succeeded", 1)
    assert make.show(owner, job).result["process"] != os.getpid()


def test_a_process_that_dies_has_failed_its_attempt(owner, campus, job_of):
    [job] = make.start(job_of(stubborn.die, isolated=True, tries=2), [campus])
    make.work()
    died = "The process that did the work ended before it was done (SIGABRT)."
    assert [row[:2] for row in attempts(owner, job)] == [("failed", died)] * 2
    assert (make.state(owner, job), figures(owner)) == ("failed", 0)


def test_a_mistake_in_work_apart_is_told_as_any_other(owner, campus, job_of):
    [job] = make.start(job_of(stubborn.fail, isolated=True), [campus])
    make.work()
    told = "Schoolbell made a mistake (ZeroDivisionError)."
    assert [row[:2] for row in attempts(owner, job)] == [("failed", told)]


def test_work_apart_is_given_back_between_two_parts_when_its_worker_stops(
    owner, campus, job_of, hold
):
    [job] = make.start(job_of(stubborn.work_in_parts, isolated=True), [campus])
    attempt = hold(job)
    attempt.worker_is_stopping = lambda: True
    assert isolation.carry_in_child(attempt) == isolation.GIVEN_UP
    assert make.state(owner, job) == "interrupted"
    assert owner.execute("select count(*) from job_parts").fetchone()[0] < 4
