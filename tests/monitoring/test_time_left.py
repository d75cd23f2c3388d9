"""How long a running job still takes: from its own pace, else from earlier jobs of its kind."""

from datetime import timedelta

import pytest

from schoolbell.queue import db
from schoolbell.queue.monitoring import time_left
from schoolbell.queue.monitoring.time_left import Progress, in_words, seconds_left
from schoolbell.queue.tasks import Outcome
from schoolbell.tests import factories as make

REFRESH = "refresh_attendance_patterns"


@pytest.mark.parametrize(
    ("progress", "left"),
    [
        (Progress(None, None), None),
        (Progress(0, 0), None),
        (Progress(3, 9, seconds=30), 60),  # 10 s a step, 6 to go
        (Progress(63, 69, began_at=60, seconds=30), 60),  # the 60 were an earlier try's
        (Progress(2, 9, seconds=30), None),
        (Progress(2, 9, seconds=30, running_seconds=40, usual_seconds=100), 60),
        (Progress(3, 9, seconds=30, running_seconds=40, usual_seconds=999), 60),
        (Progress(2, 9, running_seconds=140, usual_seconds=100), None),
        (Progress(9, 9, seconds=30), None),
        (Progress(12, 9, seconds=30), None),
        (Progress(2, 9, usual_seconds=100), None),
    ],
)
def test_the_seconds_left(progress, left):
    assert seconds_left(progress) == left


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""),
        (0, "less than 1 min left"),
        (59, "less than 1 min left"),
        (60, "about 1 min left"),
        (240, "about 4 min left"),
        (5340, "about 89 min left"),
        (7200, "about 2 h left"),
    ],
)
def test_the_seconds_left_in_words(seconds, words):
    assert in_words(seconds) == words


def ended(owner, campus, *seconds, state="succeeded"):
    """Add jobs that took so many seconds, each a minute after the one before."""
    start = owner.execute("select clock.now() as now").fetchone().now
    for place, took in enumerate(seconds):
        job = make.job(owner, campus, state, key=f"{state} {place}")
        owner.execute(
            "update jobs set created_at = %s, ended_at = started_at + %s where id = %s",
            (start + timedelta(minutes=place), timedelta(seconds=took), job),
        )


def usual(owner, campus):
    make.account(owner, "office", "campus_admin", campus)
    with db.transaction("web", acting_as=db.CAMPUS, token=make.token("office")) as tx:
        row = tx.execute("select usual_seconds(%s, %s) as seconds", (REFRESH, campus)).fetchone()
    return row.seconds


def test_the_usual_length_is_the_median_of_those_that_ended_well(owner):
    campus = make.campus(owner, "01M015")
    ended(owner, campus, 10, 20, 90)
    ended(owner, campus, 5000, 5000, 5000, state="failed")
    ended(owner, make.campus(owner, "02K400"), 7000)
    assert usual(owner, campus) == 20


def test_the_usual_length_looks_at_the_last_twenty(owner):
    campus = make.campus(owner, "01M015")
    ended(owner, campus, *[1000] * 15, *[10] * 11, *[30] * 9)
    assert usual(owner, campus) == 10


def test_the_usual_length_is_not_known_before_the_first(owner):
    assert usual(owner, make.campus(owner, "01M015")) is None


def test_a_tries_pace_is_measured_from_its_own_first_progress(owner, job_of):
    seen = []

    def slow(attempt):
        attempt.progress(60, 69, "days")
        owner.execute("update jobs set progress_since = progress_since - interval '30 seconds'")
        attempt.progress(63, 69, "days")
        with attempt.transaction() as tx:
            tx.execute("select 1")
        row = owner.execute(
            "select *, extract(epoch from clock.now() - progress_since)::float8"
            " as progress_seconds from jobs where id = %s",
            (attempt.job_id,),
        ).fetchone()
        seen.append((row.progress_from, time_left.words_for(row)))
        return Outcome()

    make.start(job_of(slow), [make.campus(owner, "01M015")])
    make.work()
    assert seen == [(60, "about 1 min left")]
