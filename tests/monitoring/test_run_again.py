"""Running a job again: only one that did not end well, its earlier attempts kept."""

import pytest

from schoolbell.queue import db, enqueue
from schoolbell.queue.errors import DuplicateJobError, InvalidJobError, TransientError
from schoolbell.queue.tasks import Outcome
from schoolbell.tests import factories as make

REFRESH = "refresh_attendance_patterns"


@pytest.fixture
def campus(owner):
    campus = make.campus(owner, "01M015")
    make.account(owner, "ann", "campus_admin", campus)
    return campus


def run_again(job):
    with db.transaction("web", acting_as=db.CAMPUS, token=make.token("ann")) as tx:
        enqueue.run_again(tx, job, "once more")


@pytest.mark.parametrize("state", ["failed", "partial", "cancelled"])
def test_a_job_that_did_not_end_well_runs_again(owner, campus, state):
    job = make.job(owner, campus, state, error="The bell was broken.")
    run_again(job)
    shown = make.show(owner, job)
    assert (shown.state, shown.error_text, shown.ended_at) == ("waiting", None, None)
    make.work()
    assert make.state(owner, job) == "succeeded"


@pytest.mark.parametrize(
    "state", ["succeeded", "running", "waiting", "scheduled", "blocked", "retrying", "interrupted"]
)
def test_a_job_that_is_not_over_or_ended_well_is_refused(owner, campus, state):
    job = make.job(owner, campus, state)
    with pytest.raises(InvalidJobError, match="can only run again after"):
        run_again(job)
    assert make.state(owner, job) == state


def test_attempts_of_all_runs_are_kept_and_each_run_has_all_its_tries(
    owner, campus, job_of, work_off
):
    def ring(attempt):
        raise TransientError(f"Try {attempt.number}.")

    [job] = make.start(job_of(ring, tries=2), [campus])
    work_off()
    run_again(job)
    work_off()
    rows = owner.execute(
        "select attempt, state, error_text from job_attempts where job_id = %s order by attempt",
        (job,),
    )
    assert [tuple(row) for row in rows] == [(n, "failed", f"Try {n}.") for n in (1, 2, 3, 4)]
    assert make.state(owner, job) == "failed"


def test_only_the_parts_that_failed_are_done_again(owner, campus, job_of):
    rung = []

    def ring_each(attempt):
        failed = []
        for part in attempt.parts(["7A", "7B", "7C"], "classes"):
            if part == "7B" and attempt.number == 1:
                failed.append(part)
                continue
            with attempt.part(part):
                rung.append((attempt.number, part))
        return Outcome(failed_parts=tuple(failed))

    [job] = make.start(job_of(ring_each), [campus])
    make.work()
    assert make.state(owner, job) == "partial"
    run_again(job)
    make.work()
    shown = make.show(owner, job)
    assert (shown.state, shown.failed_parts) == ("succeeded", [])
    assert rung == [(1, "7A"), (1, "7C"), (2, "7B")]


def test_work_that_already_waits_is_named_instead(owner, campus):
    failed = make.job(owner, campus, "failed", key="school_year=2015-16")
    [waiting] = make.start(REFRESH, [campus], school_year="2015-16")
    with pytest.raises(DuplicateJobError) as refused:
        run_again(failed)
    assert refused.value.job_id == waiting
    assert make.state(owner, failed) == "failed"


def test_running_again_is_written_into_the_audit_log(owner, campus):
    run_again(make.job(owner, campus, "failed"))
    entry = owner.execute("select * from audit_log where action like 'run again%'").fetchone()
    assert (entry.actor, entry.reason, entry.campus_id) == ("Ann", "once more", campus)
