"""The same work never waits twice, whoever asks, and who asks again is told of the first."""

from threading import Barrier, Thread

import pytest

from schoolbell.queue import db, enqueue, queries
from schoolbell.queue.errors import DuplicateJobError
from schoolbell.tests import factories as make

REFRESH = "refresh_attendance_patterns"
YEAR = {"school_year": "2015-16"}


@pytest.fixture
def campus(owner):
    campus = make.campus(owner, "01M015")
    make.account(owner, "ann", "campus_admin", campus)
    make.account(owner, "bea", "campus_admin", campus)
    return campus


def ask(login, campus, **arguments):
    with db.transaction("web", acting_as=db.CAMPUS, token=make.token(login)) as tx:
        return enqueue.start(tx, REFRESH, campus, arguments=arguments or YEAR, reason="wanted")


def test_the_same_work_is_refused_naming_the_job_and_who_asked(owner, campus):
    first = ask("ann", campus)
    with pytest.raises(
        DuplicateJobError, match="This is already being made: Ann asked at"
    ) as refused:
        ask("bea", campus)
    assert refused.value.job_id == first


def test_other_arguments_or_another_campus_are_other_work(owner, campus):
    ask("ann", campus)
    ask("ann", campus, school_year="2014-15")
    [other] = make.start(REFRESH, [make.campus(owner, "01M019")], **YEAR)
    assert make.state(owner, other) == "waiting"


@pytest.mark.parametrize(
    "state", ["waiting", "scheduled", "blocked", "running", "retrying", "interrupted"]
)
def test_work_that_is_not_over_is_refused_whatever_it_is_doing(owner, campus, state):
    job = make.job(owner, campus, state, key="school_year=2015-16")
    with pytest.raises(DuplicateJobError) as refused:
        ask("bea", campus)
    assert refused.value.job_id == job
    assert owner.execute("select count(*) from jobs").fetchone()[0] == 1


@pytest.mark.parametrize("state", ["succeeded", "partial", "failed", "cancelled"])
def test_work_that_is_over_may_be_asked_for_again(owner, campus, state):
    make.job(owner, campus, state, key="school_year=2015-16")
    assert make.state(owner, ask("bea", campus)) == "waiting"


def test_work_that_is_being_stopped_may_be_asked_for_again(owner, campus, hold):
    first = ask("ann", campus)
    hold(first)
    owner.execute("update jobs set cancel_requested_by = 'Ann' where id = %s", (first,))
    assert make.state(owner, ask("bea", campus)) == "waiting"


def test_a_job_may_start_the_same_work_once_the_first_runs(owner, campus, hold):
    first = ask("ann", campus)
    hold(first)
    [second] = make.start(REFRESH, [campus], **YEAR)
    make.work()
    assert (make.state(owner, first), make.state(owner, second)) == ("running", "waiting")


def took(owner, campus, *minutes):
    """Add jobs that ended well, oldest first, each with the minutes it took."""
    for number, length in enumerate(minutes):
        owner.execute(
            "update jobs set created_at = clock.now() - make_interval(hours => 100 - %s),"
            " ended_at = started_at + make_interval(mins => %s) where id = %s",
            (number, length, make.job(owner, campus, "succeeded", key=f"{campus} {number}")),
        )


def refusal(owner, campus):
    """Let Ann ask at 7:02 am and Bea one minute later; return what Bea is told."""
    owner.execute("insert into clock.frozen values ('2016-06-28 11:02+00')")
    ask("ann", campus)
    owner.execute("update clock.frozen set at = '2016-06-28 11:03+00'")
    with pytest.raises(DuplicateJobError) as refused:
        ask("bea", campus)
    return str(refused.value)


def test_the_refusal_says_when_it_should_be_ready(owner, campus):
    took(owner, campus, *[60] * 15, *[5] * 9, 7, 9, *[30] * 9)  # the last 20: the median is 8
    assert refusal(owner, campus) == (
        "This is already being made: Ann asked at 7:02 am, ready about 7:11 am."
    )


def test_the_first_of_its_kind_is_measured_by_other_campuses_that_the_asker_sees(owner, campus):
    took(owner, make.campus(owner, "01M019"), 4)
    make.account(owner, "dora", "district_admin")
    [job] = make.start(REFRESH, [campus], **YEAR)
    with db.transaction("web", acting_as=db.DISTRICT, token=make.token("dora")) as tx:
        told = queries.one(tx, "jobs/told_of", job_id=job)
    assert told.ready.startswith("about ")


def test_the_refusal_names_no_time_where_nobody_can_know(owner, campus):
    assert refusal(owner, campus) == "This is already being made: Ann asked at 7:02 am."


def test_a_running_job_is_ready_its_usual_time_after_its_start(owner, campus, hold):
    took(owner, campus, 8)
    job = ask("ann", campus)
    hold(job)
    owner.execute(
        "update jobs set created_at = '2016-06-27 11:02+00', started_at = '2016-06-28 11:00+00'"
        " where id = %s",
        (job,),
    )
    owner.execute("insert into clock.frozen values ('2016-06-28 11:05+00')")
    with pytest.raises(DuplicateJobError, match="asked on Mon 27 Jun at 7:02 am, ready about 7:08"):
        ask("bea", campus)
    owner.execute("update clock.frozen set at = '2016-06-28 11:09+00'")
    with pytest.raises(DuplicateJobError, match="ready at any moment"):
        ask("bea", campus)


def test_a_list_of_campuses_leaves_out_those_that_already_wait(owner, campus):
    other = make.campus(owner, "01M019")
    make.start(REFRESH, [campus], **YEAR)
    assert len(make.start(REFRESH, [campus, other], **YEAR)) == 1


def test_of_two_people_who_ask_at_once_one_is_told_of_the_other(owner, campus):
    for _ in range(5):
        owner.execute("update jobs set state = 'cancelled'")
        told = _ask_together(campus)
        [added] = [answer for answer in told if isinstance(answer, int)]
        [refused] = [answer for answer in told if isinstance(answer, DuplicateJobError)]
        assert refused.job_id == added


def _ask_together(campus):
    answers, ready = [], Barrier(2)

    def ask_when_ready(login):
        token = make.token(login)
        ready.wait()
        try:
            with db.transaction("web", acting_as=db.CAMPUS, token=token) as tx:
                answers.append(enqueue.start(tx, REFRESH, campus, arguments=YEAR, reason="wanted"))
                tx.execute("select pg_sleep(0.05)")  # the other one meets a job not yet committed
        except Exception as error:  # noqa: BLE001 (told to the test)
            answers.append(error)

    threads = [Thread(target=ask_when_ready, args=[login]) for login in ("ann", "bea")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
