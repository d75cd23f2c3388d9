"""A job from its start to its end, as the ledger tells it."""

import pytest

from schoolbell.queue import tasks
from schoolbell.queue.attempt import retry_wait_seconds
from schoolbell.queue.errors import InvalidJobError, TransientError
from schoolbell.queue.tasks import Outcome
from schoolbell.tests import factories as make
from schoolbell.tests.monitoring.tampering import without_triggers

REFRESH = "refresh_attendance_patterns"


def attempts(owner, job):
    return owner.execute(
        "select * from job_attempts where job_id = %s order by attempt", (job,)
    ).fetchall()


def in_queue(owner, job):
    return owner.execute(
        "select count(*) from procrastinate_jobs where (args ->> 'job_id')::bigint = %s", (job,)
    ).fetchone()[0]


def test_a_new_job_waits_with_what_was_asked_and_one_row_in_the_queue(owner):
    campus = make.campus(owner, "01M015")
    [job] = make.start(REFRESH, [campus], school_year="2015-16")
    shown = make.show(owner, job)
    assert (shown.state, shown.category, shown.requested_by) == ("waiting", "campus", "Schoolbell")
    assert (shown.arguments, shown.reason) == ({"school_year": "2015-16"}, "a test")
    assert (in_queue(owner, job), shown.attempt_count, shown.tries) == (1, 0, 3)


def test_the_queue_knows_the_job_number_and_nothing_of_the_job(owner):
    [job] = make.start(REFRESH, [make.campus(owner, "01M015")], school_year="2015-16")
    row = owner.execute("select args, queueing_lock from procrastinate_jobs").fetchone()
    assert (row.args, row.queueing_lock) == ({"job_id": job}, None)


def test_a_claimed_job_runs_under_a_lease(owner, hold):
    [job] = make.start(REFRESH, [make.campus(owner, "01M015")], school_year="2015-16")
    hold(job, "a worker")
    lease = owner.execute("select * from job_leases").fetchone()
    assert (lease.job_id, lease.attempt) == (job, 1)
    shown = make.show(owner, job)
    assert (shown.state, shown.started_at is not None, shown.attempt_count) == ("running", True, 1)
    assert [(a.state, a.worker) for a in attempts(owner, job)] == [("running", "a worker")]


def test_a_finished_job_keeps_its_result_and_leaves_the_queue(owner, job_of):
    def count_bells(attempt):
        return Outcome({"bells": 3})

    [job] = make.start(job_of(count_bells), [make.campus(owner, "01M015")])
    make.work()
    shown, [attempt] = make.show(owner, job), attempts(owner, job)
    assert (shown.state, shown.result, shown.error_text) == ("succeeded", {"bells": 3}, None)
    assert (attempt.state, attempt.result) == ("succeeded", {"bells": 3})
    assert shown.ended_at == attempt.ended_at >= attempt.started_at
    assert in_queue(owner, job) == 0
    assert owner.execute("select count(*) from job_leases").fetchone()[0] == 0


def test_a_job_that_can_never_succeed_fails_at_once_with_its_sentence(owner, job_of):
    def read_a_letter(attempt):
        raise InvalidJobError("The letter has no address.")

    [job] = make.start(job_of(read_a_letter), [make.campus(owner, "01M015")])
    make.work()
    shown, [attempt] = make.show(owner, job), attempts(owner, job)
    assert (shown.state, shown.error_class) == ("failed", "InvalidJobError")
    assert shown.error_text == attempt.error_text == "The letter has no address."
    assert shown.next_step
    assert "read_a_letter" in attempt.traceback
    assert in_queue(owner, job) == 0


def test_an_error_worth_another_try_is_retried_until_it_succeeds(owner, job_of, work_off):
    def ring(attempt):
        if attempt.number == 1:
            raise TransientError("The bell is being repaired.")
        return Outcome()

    [job] = make.start(job_of(ring), [make.campus(owner, "01M015")])
    work_off()
    shown = make.show(owner, job)
    assert (shown.state, shown.attempt_count, shown.error_text) == ("succeeded", 2, None)
    assert [a.state for a in attempts(owner, job)] == ["failed", "succeeded"]
    assert attempts(owner, job)[0].error_text == "The bell is being repaired."


def test_a_retry_waits_outside_the_queue_longer_with_every_try(owner, job_of):
    def ring(attempt):
        raise TransientError("The bell is being repaired.")

    [job] = make.start(job_of(ring, wait_seconds=60), [make.campus(owner, "01M015")])
    waits = []
    for _ in range(2):
        make.work()
        shown = make.show(owner, job)
        assert (shown.state, in_queue(owner, job)) == ("retrying", 0)
        waits.append((shown.due_at - attempts(owner, job)[-1].ended_at).total_seconds())
        owner.execute("update jobs set due_at = clock.now()")
    assert [30 <= waits[0] <= 62, 60 <= waits[1] <= 122] == [True, True]


def test_a_wait_is_bounded_and_half_of_it_is_by_chance(job_of):
    kind = tasks.find(job_of(_never, wait_seconds=10, most_wait_seconds=100))
    waits = [[retry_wait_seconds(kind, number) for _ in range(200)] for number in (1, 2, 3, 9)]
    for bound, drawn in zip((10, 20, 40, 100), waits, strict=True):
        assert bound / 2 <= min(drawn) < max(drawn) <= bound
        assert max(drawn) - min(drawn) > bound / 4


def test_no_try_comes_sooner_than_the_other_side_asked_for(owner, job_of):
    def ring(attempt):
        raise TransientError("Come back later.", retry_after_seconds=300)

    [job] = make.start(job_of(ring, wait_seconds=1), [make.campus(owner, "01M015")])
    make.work()
    shown = make.show(owner, job)
    assert (shown.due_at - shown.changed_at).total_seconds() == pytest.approx(300, abs=2)


def test_a_job_type_may_name_errors_of_its_own_that_are_worth_another_try(owner, job_of):
    def ring(attempt):
        if attempt.number == 1:
            raise TimeoutError
        return Outcome()

    [job] = make.start(job_of(ring, retry_on=(TimeoutError,)), [make.campus(owner, "01M015")])
    make.work()
    assert [a.state for a in attempts(owner, job)] == ["failed", "succeeded"]


def _never(attempt):
    raise AssertionError(attempt)


def test_three_tries_means_three(owner, job_of, work_off):
    def ring(attempt):
        raise TransientError("The bell is being repaired.")

    [job] = make.start(job_of(ring, tries=3), [make.campus(owner, "01M015")])
    work_off()
    assert make.state(owner, job) == "failed"
    assert [a.state for a in attempts(owner, job)] == ["failed"] * 3
    assert in_queue(owner, job) == 0


def test_some_failed_parts_make_a_job_partial_and_name_them(owner, job_of):
    def ring_all(attempt):
        return Outcome({"rung": 38}, failed_parts=("7A", "7B"))

    [job] = make.start(job_of(ring_all), [make.campus(owner, "01M015")])
    make.work()
    shown = make.show(owner, job)
    assert (shown.state, shown.failed_parts) == ("partial", ["7A", "7B"])
    assert attempts(owner, job)[0].failed_parts == ["7A", "7B"]


def test_a_job_of_which_every_part_failed_has_failed_and_says_so(owner, job_of):
    def ring_none(attempt):
        return Outcome(failed_parts=("7A", "7B"), all_failed=True)

    [job] = make.start(job_of(ring_none), [make.campus(owner, "01M015")])
    make.work()
    shown = make.show(owner, job)
    assert (shown.state, shown.failed_parts) == ("failed", ["7A", "7B"])
    assert shown.error_text == "None of its 2 parts could be done."
    assert shown.next_step


def test_the_ledger_outlives_the_queue(owner):
    campus = make.campus(owner, "01M015")
    jobs = make.start(REFRESH, [campus], school_year="2015-16")
    make.work()
    jobs += make.start(REFRESH, [campus], school_year="2014-15")
    owner.execute("delete from procrastinate_jobs")
    assert [make.state(owner, job) for job in jobs] == ["succeeded", "cancelled"]
    assert len(attempts(owner, jobs[0])) == 1


def test_a_job_without_code_fails_alone_in_plain_words(owner, job_of):
    def old_job(attempt):
        return Outcome()

    name, campus = job_of(old_job), make.campus(owner, "01M015")
    [gone] = make.start(name, [campus])
    [known] = make.start(REFRESH, [campus], school_year="2015-16")
    without_triggers(owner, f"update jobs set task = 'no_such_job' where id = {gone}")
    owner.execute(
        "update procrastinate_jobs set task_name = 'no_such_job' where task_name = %s", (name,)
    )
    make.work()
    shown = make.show(owner, gone)
    assert (shown.state, shown.error_class) == ("failed", "TaskNotFound")
    assert shown.error_text == "This version of Schoolbell has no job called 'no_such_job'."
    assert (make.state(owner, known), in_queue(owner, gone)) == ("succeeded", 0)


def test_a_clock_starts_its_job_once_while_it_waits(owner):
    from schoolbell.queue.app import app  # noqa: PLC0415 (it reads the settings)

    for _ in range(2):
        app.tasks["start_cleanup_sessions"](timestamp=0)
    rows = owner.execute("select reason from jobs where task = 'cleanup_sessions'").fetchall()
    assert [row.reason for row in rows] == ["by the clock"]


def test_the_end_of_a_job_is_read_from_the_database_clock(owner):
    owner.execute("insert into clock.frozen values ('2031-05-06 12:00+00')")
    [job] = make.start(REFRESH, [make.campus(owner, "01M015")], school_year="2015-16")
    make.work()
    shown = make.show(owner, job)
    assert (shown.state, f"{shown.started_at:%F %H:%M}") == ("succeeded", "2031-05-06 12:00")
    assert 0 < (shown.ended_at - shown.started_at).total_seconds() < 30
