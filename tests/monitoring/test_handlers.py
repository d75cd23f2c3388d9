"""What a handler is given: parts, progress, a closing transaction, bounds and its campus's eyes."""

from schoolbell.queue import db, queries
from schoolbell.queue.errors import InvalidJobError, TransientError
from schoolbell.queue.tasks import Outcome
from schoolbell.tests import factories as make
from schoolbell.tests.monitoring.tampering import without_triggers

REFRESH = "refresh_attendance_patterns"


def test_parts_that_are_done_are_not_done_again(owner, job_of, work_off):
    done = []

    def ring_each(attempt):
        for part in attempt.parts(["7A", "7B", "7C"], "classes"):
            if (part, attempt.number) == ("7B", 1):
                raise TransientError("The bell is being repaired.")
            with attempt.part(part):
                done.append(part)
        return Outcome()

    [job] = make.start(job_of(ring_each), [make.campus(owner, "01M015")])
    work_off()
    assert done == ["7A", "7B", "7C"]
    shown = make.show(owner, job)
    assert (shown.progress_done, shown.progress_total, shown.progress_text) == (3, 3, "classes")


def test_a_part_that_fails_leaves_neither_its_writes_nor_its_checkpoint(owner, job_of):
    def ring_each(attempt):
        with attempt.part("7A") as tx:
            _write_figure(tx, attempt)
            raise InvalidJobError("The bell is broken.")

    make.start(job_of(ring_each), [make.campus(owner, "01M015")])
    make.work()
    assert owner.execute("select count(*) from metric_campus_period").fetchone()[0] == 0
    assert owner.execute("select count(*) from job_parts").fetchone()[0] == 0


def test_what_a_handler_wrote_goes_when_it_fails_in_its_closing(owner, job_of):
    def ring(attempt):
        with attempt.closing() as tx:
            _write_figure(tx, attempt)
        raise InvalidJobError("The bell is broken.")

    [job] = make.start(job_of(ring), [make.campus(owner, "01M015")])
    make.work()
    assert make.state(owner, job) == "failed"
    assert owner.execute("select count(*) from metric_campus_period").fetchone()[0] == 0


def _write_figure(tx, attempt):
    tx.execute(
        "insert into metric_campus_period (campus_id, grain, period_key, metric, n, value, job_id)"
        " values (%s, 'school_year', '2015-16', 'bells', 1, 1, %s)",
        (attempt.campus_id, attempt.job_id),
    )


def test_progress_is_seen_while_the_closing_transaction_is_open(owner, job_of):
    seen = []

    def ring(attempt):
        with attempt.closing() as tx:
            _write_figure(tx, attempt)
            attempt.progress(61, 184, "days")
            seen.append(make.show(owner, attempt.job_id))
        return Outcome()

    make.start(job_of(ring), [make.campus(owner, "01M015")])
    make.work()
    [shown] = seen
    assert (shown.state, shown.progress_done, shown.progress_total) == ("running", 61, 184)


def test_a_new_attempt_starts_its_progress_anew(owner, hold):
    [job] = make.start(REFRESH, [make.campus(owner, "01M015")], school_year="2015-16")
    owner.execute("update jobs set progress_done = 5, progress_total = 9 where id = %s", (job,))
    hold(job)
    assert make.show(owner, job).progress_done is None


def test_a_job_that_does_not_run_has_no_progress(owner, hold):
    [job] = make.start(REFRESH, [make.campus(owner, "01M015")], school_year="2015-16")
    with db.transaction("worker") as tx:
        row = queries.one(tx, "work/note_progress", job_id=job, done=1, total=2, text="days")
    assert row is None


def test_a_statement_that_takes_too_long_is_stopped_and_tried_again(owner, job_of, work_off):
    def dream(attempt):
        with attempt.closing() as tx:
            tx.execute("select pg_sleep(5)")
        return Outcome()

    name = job_of(dream, timeout_seconds=0.1, tries=2)
    [job] = make.start(name, [make.campus(owner, "01M015")])
    work_off()
    shown = make.show(owner, job)
    assert (shown.state, shown.attempt_count) == ("failed", 2)
    assert shown.error_text == "The work took longer than it may (0.1 s) and was stopped."


def test_a_handlers_connection_bears_the_number_of_its_job(owner, job_of):
    seen = []

    def look(attempt):
        with attempt.transaction() as tx:
            seen.append(tx.execute("show application_name").fetchone()[0])
            seen.append(tx.execute("show statement_timeout").fetchone()[0])
        return Outcome()

    [job] = make.start(job_of(look, timeout_seconds=7), [make.campus(owner, "01M015")])
    make.work()
    assert seen == [f"job:{job}", "7s"]
    with db.transaction("worker") as tx:  # neither setting outlives its transaction
        assert tx.execute("show application_name").fetchone()[0] == "schoolbell worker"
        assert tx.execute("show statement_timeout").fetchone()[0] == "0"


def test_each_attempt_carries_a_token_of_its_own_kept_only_as_a_hash(owner, hold):
    campus = make.campus(owner, "01M015")
    [job] = make.start(REFRESH, [campus], school_year="2015-16")
    [other] = make.start(REFRESH, [campus], school_year="2014-15")
    first, second = hold(job), hold(other)
    assert first.token != second.token
    kept = owner.execute(
        "select count(*) from job_leases where token_hash = sha256(convert_to(%s, 'UTF8'))",
        (first.token,),
    )
    assert kept.fetchone()[0] == 1


def test_a_token_sees_its_campus_and_ends_with_its_attempt(owner, hold):
    campus, other = make.campus(owner, "01M015"), make.campus(owner, "01M019")
    [job] = make.start(REFRESH, [campus], school_year="2015-16")
    attempt = hold(job)
    assert _schools_seen(attempt) == {"01M015"}
    attempt.finish(Outcome())
    assert _schools_seen(attempt) == set()
    assert other


def _schools_seen(attempt):
    with db.transaction("worker", acting_as=db.CAMPUS, token=attempt.token) as tx:
        rows = tx.execute("select sourced_id from campuses where kind = 'school'").fetchall()
    return {row.sourced_id for row in rows}


def test_a_campus_job_that_was_marked_as_the_districts_is_refused(owner, job_of):
    def look(attempt):
        return Outcome({"schools": len(_schools_seen(attempt))})

    name = job_of(look)
    job = make.job(owner, make.campus(owner, "01M015"), "scheduled", task=name)
    without_triggers(owner, f"update jobs set is_district = true where id = {job}")
    owner.execute("update jobs set state = 'waiting' where id = %s", (job,))
    make.work()
    shown = make.show(owner, job)
    assert (shown.state, shown.result) == ("failed", None)
    assert shown.error_text == "This job was not started in the right way and was refused."
