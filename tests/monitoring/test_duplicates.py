"""The same work never waits twice, whoever asks, and who asks again is told of the first."""

from threading import Barrier, Thread

import pytest

from schoolbell.queue import db, enqueue
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
    with pytest.raises(DuplicateJobError, match="already waiting: Ann asked for it") as refused:
        ask("bea", campus)
    assert refused.value.job_id == first


def test_other_arguments_or_another_campus_are_other_work(owner, campus):
    ask("ann", campus)
    ask("ann", campus, school_year="2014-15")
    [other] = make.start(REFRESH, [make.campus(owner, "01M019")], **YEAR)
    assert make.state(owner, other) == "waiting"


def test_the_same_work_may_wait_again_once_the_first_runs(owner, campus, hold):
    first = ask("ann", campus)
    hold(first)
    second = ask("bea", campus)
    assert (make.state(owner, first), make.state(owner, second)) == ("running", "waiting")


def test_two_jobs_of_the_same_work_never_run_at_once(owner, campus, hold):
    hold(ask("ann", campus))
    second = ask("bea", campus)
    make.work()
    assert make.state(owner, second) == "waiting"


def test_a_list_of_campuses_leaves_out_those_that_already_wait(owner, campus):
    other = make.campus(owner, "01M019")
    make.start(REFRESH, [campus], **YEAR)
    assert len(make.start(REFRESH, [campus, other], **YEAR)) == 1


def test_of_two_people_who_ask_at_once_one_is_told_of_the_other(owner, campus):
    for _ in range(5):
        owner.execute("truncate job_keys")
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
