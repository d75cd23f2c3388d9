"""A job over many parts: those that fail are named, and only they are done again."""

import psycopg
import pytest

from schoolbell.queue import db, enqueue
from schoolbell.queue.errors import InvalidInputError, JobCancelledError
from schoolbell.queue.tasks import Outcome
from schoolbell.tests import factories as make

CLASSES = ["7A", "7B", "7C", "8A"]


@pytest.fixture
def campus(owner):
    campus = make.campus(owner, "01M015")
    make.account(owner, "ann", "campus_admin", campus)
    return campus


@pytest.fixture
def ring(job_of, campus):
    """Return a function that starts and works off a job which fails at some of its classes."""

    def start_and_work(broken, error=InvalidInputError):
        def ring_each(attempt):
            start_and_work.before.append(attempt.failed_before)
            for name in attempt.parts(CLASSES, "classes"):
                with attempt.try_part(name) as tx:
                    tx.execute("select 1")
                    start_and_work.tried.append(name)
                    if name in broken:
                        raise error("No bell there.")
            return attempt.outcome({"classes": len(CLASSES)})

        [job] = make.start(job_of(ring_each), [campus])
        make.work()
        return job

    start_and_work.before, start_and_work.tried = [], []
    return start_and_work


def run_again(job):
    with db.transaction("web", acting_as=db.CAMPUS, token=make.token("ann")) as tx:
        enqueue.run_again(tx, job, "once more")
    make.work()


def done(owner, job):
    rows = owner.execute("select part from job_parts where job_id = %s order by part", (job,))
    return [row.part for row in rows]


@pytest.mark.parametrize("error", [InvalidInputError, ZeroDivisionError])
def test_the_parts_that_fail_are_named_and_the_others_are_done(owner, ring, error):
    job = make.show(owner, ring(["7B", "8A"], error))
    assert (job.state, job.failed_parts, job.result) == ("partial", ["7B", "8A"], {"classes": 4})
    assert (job.progress_done, job.progress_total) == (2, 4)
    assert done(owner, job.id) == ["7A", "7C"]


def test_running_again_does_exactly_the_parts_that_failed(owner, ring):
    broken = ["7B", "8A"]
    job = ring(broken)
    ring.tried.clear()
    broken.clear()
    run_again(job)
    shown = make.show(owner, job)
    assert ring.tried == ["7B", "8A"]
    assert ring.before == [(), ("7B", "8A")]
    assert (shown.state, shown.failed_parts, done(owner, job)) == ("succeeded", [], CLASSES)


def test_parts_that_fail_again_leave_the_job_partial_for_the_others_are_there(owner, ring):
    job = ring(["7B"])
    run_again(job)
    assert (make.state(owner, job), make.show(owner, job).failed_parts) == ("partial", ["7B"])
    run_again(job)
    assert ring.before == [(), ("7B",), ("7B",)]


def test_all_failed_is_failed(owner, ring):
    job = make.show(owner, ring(CLASSES))
    assert (job.state, job.failed_parts) == ("failed", CLASSES)
    assert job.error_text == "None of its 4 parts could be done."


def test_no_failed_part_is_success(owner, ring):
    assert make.state(owner, ring([])) == "succeeded"


def test_a_part_that_fails_leaves_nothing_behind(owner, job_of, campus):
    def write_one(attempt):
        with attempt.try_part("7A"):
            pass
        with attempt.try_part("7B") as tx:
            tx.execute(
                "insert into job_parts (job_id, part, campus_id) values (%s, 'half', %s)",
                (attempt.job_id, attempt.campus_id),
            )
            raise InvalidInputError("No bell there.")
        return attempt.outcome()

    [job] = make.start(job_of(write_one), [campus])
    make.work()
    assert (make.state(owner, job), done(owner, job)) == ("partial", ["7A"])


@pytest.mark.parametrize(
    ("error", "state"),
    [(JobCancelledError("Stopped."), "cancelled"), (psycopg.OperationalError("gone"), "failed")],
)
def test_a_stop_or_a_lost_connection_is_no_parts_fault(owner, job_of, campus, error, state):
    def stop(attempt):
        with attempt.try_part("7A"):
            raise error
        return Outcome()

    [job] = make.start(job_of(stop, tries=1), [campus])
    make.work()
    assert (make.state(owner, job), make.show(owner, job).failed_parts) == (state, [])


def test_the_reason_for_each_failed_part_is_in_the_log(owner, ring):
    job = ring(["7B"])
    [line] = owner.execute("select text from job_log_lines where job_id = %s", (job,)).fetchall()
    assert line.text == "7B failed: No bell there."
