"""What a job says of its work: kept by attempt, in batches, bounded, and never its failure."""

import pytest

from schoolbell.queue import log_lines
from schoolbell.queue.errors import InvalidJobError, TransientError
from schoolbell.queue.log_lines import LogLines
from schoolbell.queue.tasks import Outcome
from schoolbell.tests import factories as make


def lines(owner, job, attempt=1):
    rows = owner.execute(
        "select text from job_log_lines where job_id = %s and attempt = %s order by line_id",
        (job, attempt),
    )
    return [row.text for row in rows]


@pytest.fixture
def log(owner):
    """Return the log of a first attempt of job 7."""
    return LogLines(7, make.campus(owner, "01M015"), 1)


def run(owner, handler_name):
    [job] = make.start(handler_name, [make.campus(owner, "01M015")])
    make.work()
    return job


def test_lines_are_kept_in_order_when_the_job_ends_well(owner, job_of):
    def talk(attempt):
        attempt.log("first")
        attempt.log("second")
        return Outcome()

    assert lines(owner, run(owner, job_of(talk))) == ["first", "second"]


def test_lines_stay_when_the_work_is_undone(owner, job_of):
    def stumble(attempt):
        attempt.log("about to stumble")
        with attempt.closing() as tx:
            tx.execute("select 1")
            attempt.log("inside")
        raise InvalidJobError("It stumbled.")

    assert lines(owner, run(owner, job_of(stumble))) == ["about to stumble", "inside"]


def test_each_try_has_its_own_lines(owner, job_of):
    def try_twice(attempt):
        attempt.log(f"try {attempt.number}")
        if attempt.number == 1:
            raise TransientError("Once more.")
        return Outcome()

    job = run(owner, job_of(try_twice))
    assert (lines(owner, job, 1), lines(owner, job, 2)) == (["try 1"], ["try 2"])


def test_lines_are_there_at_every_part_and_at_every_sign_of_progress(owner, job_of):
    seen = []

    def in_parts(attempt):
        for part in attempt.parts(["Mon", "Tue"], "days"):
            seen.append(lines(owner, attempt.job_id))
            attempt.log(part)
            with attempt.part(part):
                pass
            seen.append(lines(owner, attempt.job_id))
        attempt.log("counted")
        attempt.progress(2, 2, "days")
        seen.append(lines(owner, attempt.job_id))
        return Outcome()

    run(owner, job_of(in_parts))
    days = ["Mon", "Tue"]
    assert seen == [[], ["Mon"], ["Mon"], days, [*days, "counted"]]


def test_fifty_lines_are_written_at_once_and_fewer_wait(owner, log):
    for number in range(log_lines.BATCH - 1):
        log(f"line {number}")
    assert lines(owner, 7) == []
    log("the fiftieth")
    assert len(lines(owner, 7)) == 50
    log("the next")
    assert len(lines(owner, 7)) == 50


def test_an_attempt_has_at_most_a_thousand_lines_and_the_last_says_so(owner, log):
    for number in range(1, 1201):
        log(f"line {number}")
    log.flush()
    kept = lines(owner, 7)
    assert (len(kept), kept[-2:]) == (1000, ["line 999", "further lines were left out"])


def test_a_long_line_is_cut_and_what_cannot_be_kept_is_left_out(owner, log):
    log("a" * 501)
    log("nothing\x00 here \ud800")
    log.flush()
    assert lines(owner, 7) == ["a" * 500, "nothing here ?"]


def test_a_line_tells_when_it_was_said_and_not_when_it_was_written(owner, log, monkeypatch):
    moments = iter([100.0, 130.0])
    monkeypatch.setattr(log_lines.time, "monotonic", lambda: next(moments))
    log("half a minute ago")
    log.flush()
    [row] = owner.execute("select clock.now() - at as age from job_log_lines").fetchall()
    assert 30 <= row.age.total_seconds() < 35


@pytest.mark.parametrize(
    ("break_it", "mend_it"),
    [
        (
            "revoke insert on job_log_lines from schoolbell_worker",
            "grant insert on job_log_lines to schoolbell_worker",
        ),
        (
            "alter table job_log_lines rename to job_log_lines_away",
            "alter table job_log_lines_away rename to job_log_lines",
        ),
    ],
)
def test_a_log_that_cannot_be_written_is_warned_of_once_and_fails_nothing(
    owner, job_of, caplog, break_it, mend_it
):
    def talk(attempt):
        attempt.log("one")
        attempt.log.flush()
        attempt.log("two")
        return Outcome({"bells": 3})

    owner.execute(break_it)
    try:
        job = run(owner, job_of(talk))
    finally:
        owner.execute(mend_it)
    assert (make.state(owner, job), make.show(owner, job).result) == ("succeeded", {"bells": 3})
    told = [record.getMessage() for record in caplog.records if "log could not" in record.message]
    assert (len(told), f"job {job}'s log" in told[0]) == (1, True)


def test_an_import_tells_what_it_read_and_what_it_started(owner):
    make.campus(owner, "01M015")
    file = owner.execute(
        "insert into import_files (campus_id, name, attendance_sha256, attendance, uploaded_by)"
        " values (%s, 'days.csv', '', %s, 'a test') returning file_id",
        (make.district(owner), b"date,dbn,attn_pct\n20150909,01M015,91.5\n"),
    ).fetchone()
    [job] = make.start("import_nyc_attendance", [make.district(owner)], file_id=file.file_id)
    make.work()
    told = lines(owner, job)
    assert told == [
        "Reading days.csv",
        "In order; days: 1, schools: 1",
        "Figures started for 2015-16; schools: 1",
        "Entries new or changed: 1",
    ]


def test_a_log_is_seen_by_its_campus_and_by_the_district_alone(owner, log):
    log("a line")
    log.flush()
    campus = owner.execute("select campus_id from job_log_lines").fetchone().campus_id
    make.account(owner, "own", "campus_viewer", campus)
    make.account(owner, "other", "campus_admin", make.campus(owner, "02K400"))
    asked = {"job_id": 7, "attempt": 1, "most": 10}
    assert [row.text for row in make.act("own", "pages/log_lines", **asked)] == ["a line"]
    assert make.act("other", "pages/log_lines", **asked) == []
