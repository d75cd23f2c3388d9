"""Procrastinate's own commands on the queue: whatever they do, the ledger stays true."""

import pytest

from schoolbell.queue.tasks import Outcome
from schoolbell.tests import factories as make

REFRESH = "refresh_attendance_patterns"


@pytest.fixture
def job(owner):
    [job] = make.start(REFRESH, [make.campus(owner, "01M015")], school_year="2015-16")
    return job


def command(owner, job, text):
    return owner.execute(
        f"select {text} from (select id from procrastinate_jobs"
        " where (args ->> 'job_id')::bigint = %s) as queued",
        (job,),
    ).fetchone()


def told(owner, job):
    attempts = owner.execute("select state from job_attempts where job_id = %s", (job,)).fetchall()
    leases = owner.execute("select count(*) from job_leases").fetchone()[0]
    return make.state(owner, job), [attempt.state for attempt in attempts], leases


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("procrastinate_cancel_job_v1(id, false, false)", "cancelled"),
        ("procrastinate_cancel_job_v1(id, false, true)", "cancelled"),
        ("procrastinate_cancel_job_v1(id, true, false)", "cancelled"),
    ],
)
def test_a_waiting_job_that_the_queue_cancels_is_cancelled(owner, job, text, state):
    command(owner, job, text)
    assert told(owner, job) == (state, [], 0)
    assert owner.execute("select count(*) from job_keys").fetchone()[0] == 0


@pytest.mark.parametrize(
    ("end", "state"),
    [
        ("'succeeded', false", "succeeded"),
        ("'failed', false", "failed"),
        ("'aborted', false", "cancelled"),
        ("'succeeded', true", "succeeded"),  # a stock worker deletes what succeeded, nothing else
    ],
)
def test_a_running_job_that_the_queue_finishes_has_ended(owner, job, hold, end, state):
    hold(job)
    command(owner, job, f"procrastinate_finish_job_v1(id, {end})")
    assert told(owner, job) == (state, [state], 0)
    assert make.show(owner, job).ended_at is not None


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_running_job_that_the_queue_retries_is_retrying_and_runs_again(
    owner, job, hold, work_off, version
):
    hold(job)
    command(owner, job, f"procrastinate_retry_job_{version}(id, now(), null, null, null)")
    assert told(owner, job) == ("retrying", ["failed"], 0)
    work_off()
    assert told(owner, job) == ("succeeded", ["failed", "succeeded"], 0)


def test_a_worker_whose_job_was_retried_by_hand_cannot_finish_it(owner, job, hold):
    attempt = hold(job)
    command(owner, job, "procrastinate_retry_job_v2(id, now(), null, null, null)")
    with pytest.raises(Exception, match="taken over by another worker"):
        attempt.finish(Outcome())
    assert make.state(owner, job) == "retrying"


def test_an_ended_job_that_the_queue_retries_stays_ended_and_stops_no_worker(owner, job, hold):
    hold(job)
    command(owner, job, "procrastinate_finish_job_v1(id, 'failed', false)")
    command(owner, job, "procrastinate_retry_job_v2(id, now(), null, null, null)")
    [other] = make.start(REFRESH, [make.campus(owner, "01M019")], school_year="2015-16")
    make.work()
    assert told(owner, job) == ("failed", ["failed"], 0)
    assert make.state(owner, other) == "succeeded"
    assert command(owner, job, "id") is None


def test_a_row_that_names_no_job_stops_no_worker(owner, job):
    owner.execute(
        "insert into procrastinate_jobs (queue_name, task_name, priority, args)"
        " values ('analytics', %s, 100, '{\"job_id\": 987654}')",
        (REFRESH,),
    )
    make.work()
    assert make.state(owner, job) == "succeeded"
    assert command(owner, 987654, "id") is None


def test_a_running_job_that_the_queue_aborts_is_cancelled_between_its_parts(owner, job_of):
    def ring_each(attempt):
        for part in attempt.parts(["7A", "7B"], "classes"):
            with attempt.part(part):
                command(owner, attempt.job_id, "procrastinate_cancel_job_v1(id, true, false)")
        return Outcome()

    [job] = make.start(job_of(ring_each), [make.campus(owner, "01M015")])
    make.work()
    assert told(owner, job) == ("cancelled", ["cancelled"], 0)
    assert make.show(owner, job).error_text == "Stopped by a command to the queue."
    assert [row.part for row in owner.execute("select part from job_parts")] == ["7A"]
