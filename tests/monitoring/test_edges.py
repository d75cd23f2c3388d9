"""Jobs that wait for others: all of them, well or however, and never in a circle."""

from threading import Barrier, Thread

import psycopg
import pytest

from schoolbell.queue import db, enqueue, tasks
from schoolbell.queue.monitoring import ledger
from schoolbell.tests import factories as make

REFRESH = "refresh_attendance_patterns"
SUMMARY = "summarise_district_attendance"


@pytest.fixture
def campuses(owner):
    make.account(owner, "dora", "district_admin")
    return [make.campus(owner, f"01M{number:03}") for number in range(4)]


def start(campus, after=(), needs="success", year="2015-16"):
    """Start one refresh as the district does."""
    with _as_dora() as tx:
        [job] = ledger.add(
            tx,
            tasks.find(REFRESH),
            [campus],
            arguments={"school_year": year},
            reason="a test",
            after=after,
            needs=needs,
        )
    return job


def _as_dora():
    return db.transaction("web", acting_as=db.DISTRICT, token=make.token("dora"))


def end(owner, job, state):
    """Let a job end as if a worker had carried it."""
    owner.execute("update jobs set state = 'running' where id = %s and state = 'waiting'", (job,))
    owner.execute("update jobs set state = %s where id = %s", (state, job))


def rows_in_queue(owner, job):
    return owner.execute(
        "select count(*) from procrastinate_jobs where (args ->> 'job_id')::bigint = %s", (job,)
    ).fetchone()[0]


def test_a_child_waits_until_the_last_of_its_parents_has_ended_well(owner, campuses):
    parents = [start(campus) for campus in campuses[:2]]
    child = start(campuses[2], after=parents)
    assert (make.show(owner, child).blocked_by, rows_in_queue(owner, child)) == (2, 0)
    end(owner, parents[0], "succeeded")
    assert (make.state(owner, child), make.show(owner, child).blocked_by) == ("blocked", 1)
    end(owner, parents[1], "partial")
    assert (make.state(owner, child), rows_in_queue(owner, child)) == ("waiting", 1)


def test_a_chain_runs_from_its_first_to_its_last(owner, campuses, work_off):
    first = start(campuses[0])
    second = start(campuses[1], after=[first])
    third = start(campuses[2], after=[second])
    work_off()
    ended = [make.show(owner, job).started_at for job in (first, second, third)]
    assert ended == sorted(ended)
    assert make.state(owner, third) == "succeeded"


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_a_parent_that_did_not_end_well_takes_its_descendants_with_it(owner, campuses, state):
    parent = start(campuses[0])
    child = start(campuses[1], after=[parent])
    grandchild = start(campuses[2], after=[child])
    end(owner, parent, state)
    assert [make.state(owner, job) for job in (child, grandchild)] == ["cancelled", "cancelled"]
    assert make.show(owner, child).cancel_reason == (
        f"Job {parent}, which it needs, did not finish."
    )
    assert make.show(owner, child).ended_at is not None


@pytest.mark.parametrize("state", ["succeeded", "partial", "failed", "cancelled"])
def test_a_child_that_takes_any_outcome_runs_whatever_became_of_its_parent(owner, campuses, state):
    parent = start(campuses[0])
    child = start(campuses[1], after=[parent], needs="any outcome")
    end(owner, parent, state)
    assert (make.state(owner, child), rows_in_queue(owner, child)) == ("waiting", 1)


def test_a_try_that_is_not_the_last_releases_nobody(owner, campuses, hold):
    parent = start(campuses[0])
    child = start(campuses[1], after=[parent], needs="any outcome")
    hold(parent)
    owner.execute("update jobs set state = 'retrying' where id = %s", (parent,))
    assert make.state(owner, child) == "blocked"


def test_the_end_of_a_diamond_is_released_once(owner, campuses, work_off):
    top = start(campuses[0])
    sides = [start(campus, after=[top]) for campus in campuses[1:3]]
    bottom = start(campuses[3], after=sides)
    work_off()
    assert make.state(owner, bottom) == "succeeded"
    assert make.show(owner, bottom).attempt_count == 1


def test_half_a_diamond_that_fails_cancels_its_end_once(owner, campuses):
    top = start(campuses[0])
    sides = [start(campus, after=[top]) for campus in campuses[1:3]]
    bottom = start(campuses[3], after=sides)
    end(owner, top, "succeeded")
    end(owner, sides[0], "failed")
    assert make.state(owner, bottom) == "cancelled"
    end(owner, sides[1], "succeeded")
    assert (make.state(owner, bottom), rows_in_queue(owner, bottom)) == ("cancelled", 0)


@pytest.mark.parametrize("state", ["succeeded", "partial"])
def test_a_parent_that_has_already_ended_well_is_not_waited_for(owner, campuses, state):
    ended, running = make.job(owner, campuses[0], state), start(campuses[1])
    assert make.state(owner, start(campuses[2], after=[ended])) == "waiting"
    assert make.show(owner, start(campuses[3], after=[ended, running])).blocked_by == 1


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_a_parent_that_has_already_ended_badly_counts_as_it_would_have(owner, campuses, state):
    ended = make.job(owner, campuses[0], state)
    child = start(campuses[1], after=[ended])
    assert (make.state(owner, child), rows_in_queue(owner, child)) == ("cancelled", 0)
    assert make.show(owner, child).cancel_reason == f"Job {ended}, which it needs, did not finish."
    assert make.state(owner, start(campuses[2], after=[ended], needs="any outcome")) == "waiting"


def test_more_parents_may_be_added_while_a_job_is_blocked(owner, campuses):
    parents = [start(campus) for campus in campuses[:2]]
    child = start(campuses[2], after=parents[:1])
    _wait_for(child, parents[1:])
    assert make.show(owner, child).blocked_by == 2
    end(owner, parents[1], "succeeded")
    assert make.state(owner, child) == "blocked"


def _wait_for(child, parents):
    with _as_dora() as tx:
        tx.execute("select wait_for(%s, %s, 'success')", (child, parents))


def test_a_circle_is_refused(owner, campuses):
    first = start(campuses[0])
    second = start(campuses[1], after=[first])
    third = start(campuses[2], after=[second])
    for child, parents in ((first, [third]), (second, [third]), (third, [third])):
        with pytest.raises(psycopg.errors.CheckViolation, match="can no longer be made to wait"):
            _wait_for(child, parents)


def test_a_parent_that_does_not_exist_is_refused(owner, campuses):
    with pytest.raises(psycopg.errors.NoDataFound, match="does not exist"):
        start(campuses[0], after=[987654])
    assert owner.execute("select count(*) from jobs").fetchone()[0] == 0


def test_parents_that_end_together_release_their_child_exactly_once(owner, campuses, database_url):
    schools = [make.campus(owner, f"02M{number:03}") for number in range(8)]
    parents = [start(school) for school in schools]
    children = [start(campus, after=parents) for campus in campuses]
    owner.execute("update jobs set state = 'running' where id = any(%s)", (parents,))
    _end_together(database_url, parents)
    shown = [make.show(owner, child) for child in children]
    assert {(child.state, child.blocked_by) for child in shown} == {("waiting", 0)}
    assert {rows_in_queue(owner, child) for child in children} == {1}


def _end_together(database_url, parents):
    ready = Barrier(len(parents))

    def end_one(job):
        with psycopg.connect(database_url) as connection:
            ready.wait()
            connection.execute("update jobs set state = 'succeeded' where id = %s", (job,))

    threads = [Thread(target=end_one, args=[job]) for job in parents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_parent_that_runs_again_does_not_count_twice(owner, campuses):
    parents = [start(campus) for campus in campuses[:2]]
    child = start(campuses[2], after=parents, needs="any outcome")
    end(owner, parents[0], "failed")
    with _as_dora() as tx:
        enqueue.run_again(tx, parents[0], "once more")
    end(owner, parents[0], "succeeded")
    assert (make.state(owner, child), make.show(owner, child).blocked_by) == ("blocked", 1)


def test_a_child_that_is_stopped_is_not_released_later(owner, campuses):
    parent = start(campuses[0])
    child = start(campuses[1], after=[parent])
    with _as_dora() as tx:
        enqueue.cancel(tx, child, "not wanted")
    end(owner, parent, "succeeded")
    assert (make.state(owner, child), rows_in_queue(owner, child)) == ("cancelled", 0)


def test_a_child_that_is_stopped_and_run_again_waits_for_its_parents_again(owner, campuses):
    parents = [start(campus) for campus in campuses[:2]]
    child = start(campuses[2], after=parents)
    with _as_dora() as tx:
        enqueue.cancel(tx, child, "not wanted")
        enqueue.run_again(tx, child, "wanted after all")
    assert (make.state(owner, child), rows_in_queue(owner, child)) == ("blocked", 0)
    end(owner, parents[0], "succeeded")
    assert make.state(owner, child) == "blocked"
    end(owner, parents[1], "succeeded")
    assert (make.state(owner, child), rows_in_queue(owner, child)) == ("waiting", 1)


def test_a_child_run_again_waits_only_for_parents_that_have_not_ended(owner, campuses):
    parents = [start(campus) for campus in campuses[:2]]
    child = start(campuses[2], after=parents)
    with _as_dora() as tx:
        enqueue.cancel(tx, child, "not wanted")
    end(owner, parents[0], "succeeded")
    with _as_dora() as tx:
        enqueue.run_again(tx, child, "wanted after all")
    assert (make.state(owner, child), make.show(owner, child).blocked_by) == ("blocked", 1)
    end(owner, parents[1], "succeeded")
    assert (make.state(owner, child), rows_in_queue(owner, child)) == ("waiting", 1)


def test_a_parent_that_failed_and_runs_again_is_waited_for_again(owner, campuses):
    parent = start(campuses[0])
    child = start(campuses[1], after=[parent])
    end(owner, parent, "failed")
    with _as_dora() as tx:
        enqueue.run_again(tx, parent, "once more")
        enqueue.run_again(tx, child, "once more")
    assert (make.state(owner, child), rows_in_queue(owner, child)) == ("blocked", 0)
    end(owner, parent, "succeeded")
    assert (make.state(owner, child), rows_in_queue(owner, child)) == ("waiting", 1)


def test_a_child_run_again_after_its_parents_have_ended_starts_at_once(owner, campuses):
    parent = start(campuses[0])
    child = start(campuses[1], after=[parent])
    end(owner, parent, "failed")
    with _as_dora() as tx:
        enqueue.run_again(tx, child, "without it")
    assert (make.state(owner, child), rows_in_queue(owner, child)) == ("waiting", 1)


def test_edges_bear_the_campus_of_the_child(owner, campuses):
    start(campuses[1], after=[start(campuses[0])])
    edge = owner.execute("select campus_id, released_at from job_edges").fetchone()
    assert (edge.campus_id, edge.released_at) == (campuses[1], None)
