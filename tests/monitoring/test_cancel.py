"""Stopping a job: a waiting one at once, a running one with what it has not committed."""

import pytest

from schoolbell.queue import db, enqueue
from schoolbell.queue.errors import CampusNotFoundError, RightMissingError, TransientError
from schoolbell.queue.tasks import Outcome
from schoolbell.tests import factories as make

REFRESH = "refresh_attendance_patterns"


@pytest.fixture
def campus(owner):
    campus = make.campus(owner, "01M015")
    make.account(owner, "ann", "campus_admin", campus)
    return campus


def cancel(login, job):
    with db.transaction("web", acting_as=db.CAMPUS, token=make.token(login)) as tx:
        return enqueue.cancel(tx, job, "not wanted")


def queued(owner, job):
    return owner.execute(
        "select count(*) from procrastinate_jobs where (args ->> 'job_id')::bigint = %s", (job,)
    ).fetchone()[0]


def test_a_waiting_job_stops_at_once_and_leaves_the_queue(owner, campus):
    [job] = make.start(REFRESH, [campus], school_year="2015-16")
    assert cancel("ann", job) == "cancelled"
    shown = make.show(owner, job)
    assert (shown.state, shown.cancel_requested_by) == ("cancelled", "Ann")
    assert (shown.cancel_reason, shown.ended_at is not None) == ("not wanted", True)
    assert queued(owner, job) == 0


@pytest.mark.parametrize("state", ["retrying", "interrupted", "blocked", "scheduled"])
def test_a_job_that_does_not_run_stops_at_once(owner, campus, state):
    job = make.job(owner, campus, state)
    assert cancel("ann", job) == "cancelled"
    assert owner.execute("select count(*) from job_keys").fetchone()[0] == 0


def test_stopping_is_written_into_the_audit_log(owner, campus):
    cancel("ann", make.job(owner, campus))
    entry = owner.execute("select * from audit_log where action like 'cancel%'").fetchone()
    assert (entry.actor, entry.reason, entry.campus_id) == ("Ann", "not wanted", campus)


def test_a_running_job_stops_between_two_parts_and_keeps_what_is_done(owner, campus, job_of):
    def ring_each(attempt):
        for part in attempt.parts(["7A", "7B", "7C"], "classes"):
            with attempt.part(part):
                pass
            assert cancel("ann", attempt.job_id) == "running"
        return Outcome()

    [job] = make.start(job_of(ring_each), [campus])
    make.work()
    shown = make.show(owner, job)
    assert (shown.state, shown.error_text) == ("cancelled", "Stopped by Ann.")
    assert [row.part for row in owner.execute("select part from job_parts")] == ["7A"]
    assert queued(owner, job) == 0


def test_a_job_that_is_stopped_is_not_tried_again(owner, campus, job_of):
    def ring(attempt):
        cancel("ann", attempt.job_id)
        raise TransientError("The bell is being repaired.")

    [job] = make.start(job_of(ring), [campus])
    make.work()
    attempt = owner.execute("select * from job_attempts where job_id = %s", (job,)).fetchone()
    assert (make.state(owner, job), attempt.state) == ("cancelled", "cancelled")
    assert (attempt.error_text, queued(owner, job)) == ("The bell is being repaired.", 0)


def test_a_job_that_is_stopped_while_its_worker_is_gone_does_not_come_back(owner, campus, hold):
    [job] = make.start(REFRESH, [campus], school_year="2015-16")
    hold(job)
    cancel("ann", job)
    owner.execute("update job_leases set expires_at = now() - interval '1 second'")
    owner.execute("select sweep_expired_leases()")
    assert (make.state(owner, job), queued(owner, job)) == ("cancelled", 0)
    assert make.show(owner, job).next_step == "Nothing to do. Run it again when it is wanted."


@pytest.mark.parametrize("state", ["succeeded", "partial", "failed", "cancelled"])
def test_a_job_that_has_ended_stays_as_it_is(owner, campus, state):
    job = make.job(owner, campus, state)
    assert cancel("ann", job) == state
    assert make.show(owner, job).cancel_requested_by is None


def test_a_job_of_another_campus_does_not_exist(owner, campus):
    job = make.job(owner, make.campus(owner, "01M019"))
    with pytest.raises(CampusNotFoundError, match=r"There is no such job\."):
        cancel("ann", job)
    assert make.state(owner, job) == "waiting"


def test_who_only_looks_cannot_stop_a_job(owner, campus):
    make.account(owner, "vera", "campus_viewer", campus)
    job = make.job(owner, campus)
    with pytest.raises(RightMissingError):
        cancel("vera", job)
    assert make.state(owner, job) == "waiting"
