"""Jobs that nobody asked for in the right way: forged rows, borrowed tokens, borrowed eyes."""

import secrets

import psycopg
import pytest
from psycopg import errors

from schoolbell.queue import db, enqueue, queries
from schoolbell.queue.errors import CampusNotFoundError, InvalidJobError, RightMissingError
from schoolbell.tests import factories as make

TASK = "refresh_attendance_patterns"
INSERT = (
    "insert into jobs (campus_id, category, task, queue, is_district, state, requested_by,"
    " requested_by_account, reason, tries, max_attempts) values (%(campus)s, 'campus', %(task)s,"
    " 'analytics', %(is_district)s, %(state)s, coalesce(%(by)s, asker_name()),"
    " case when %(by_account)s = 0 then asker_account() else %(by_account)s end,"
    " 'mine', 3, 3) returning id"
)


def insert(login, world, acting_as=db.CAMPUS, **facts):
    """Add a job's row as a person would who writes SQL; return its id."""
    row = {"campus": world.a, "task": TASK, "is_district": False, "state": "waiting"}
    row |= {"by": None, "by_account": 0} | facts
    with db.transaction("web", acting_as=acting_as, token=login) as tx:
        return tx.execute(INSERT, row).fetchone().id


def test_a_campus_adds_a_job_of_its_own(owner, world):
    job = insert("admin", world)
    assert make.show(owner, job).requested_by == "Admin"


@pytest.mark.parametrize(
    "state", ["running", "retrying", "succeeded", "partial", "failed", "cancelled", "interrupted"]
)
def test_a_new_job_has_not_begun(world, state):
    with pytest.raises(errors.InsufficientPrivilege):
        insert("admin", world, state=state)


def test_a_campus_adds_no_job_with_the_districts_eyes(world):
    with pytest.raises(errors.InsufficientPrivilege):
        insert("admin", world, is_district=True)


def test_a_campus_adds_no_job_for_another_campus_or_the_district(world):
    for campus in (world.b, world.district):
        with pytest.raises(errors.InsufficientPrivilege):
            insert("admin", world, campus=campus)


def test_a_job_is_asked_for_in_ones_own_name(owner, world):
    [b] = owner.execute("select account_id from accounts where login = 'b'").fetchone()
    for facts in ({"by": "B"}, {"by_account": b}, {"by_account": None}):
        with pytest.raises(errors.InsufficientPrivilege):
            insert("admin", world, **facts)


@pytest.mark.parametrize("login", ["viewer", "auditor", "b", "nobody"])
def test_who_may_not_start_jobs_here_adds_none(world, login):
    with pytest.raises(errors.InsufficientPrivilege):
        insert(login, world)


def test_the_district_adds_in_its_own_name_and_nothing_that_has_begun(world):
    for facts in ({"by": "Admin"}, {"by_account": None}, {"state": "running"}):
        with pytest.raises(errors.InsufficientPrivilege):
            insert("district", world, acting_as=db.DISTRICT, **facts)


def test_what_runs_with_the_districts_eyes_belongs_to_the_district(world):
    with pytest.raises(errors.InsufficientPrivilege):
        insert("district", world, acting_as=db.DISTRICT, is_district=True)
    with pytest.raises(errors.InsufficientPrivilege):
        insert("district", world, acting_as=db.DISTRICT, campus=world.district)
    both = {"is_district": True, "campus": world.district}
    assert insert("district", world, acting_as=db.DISTRICT, **both)


def test_a_job_that_does_not_fit_the_campus_is_refused_in_plain_words(world):
    with db.transaction("web", acting_as=db.DISTRICT, token="district") as tx:
        with pytest.raises(InvalidJobError, match="District summary is a job for the whole"):
            enqueue.start(tx, "summarise_district_attendance", world.a, reason="x")
        with pytest.raises(InvalidJobError, match="Attendance patterns is a job for one school"):
            enqueue.start(tx, TASK, world.district, reason="x")


def test_a_job_of_the_district_is_not_a_campuss_to_stop_or_repeat(owner, world):
    job = make.job(owner, world.a, "failed", task="summarise_district_attendance")
    for act in (enqueue.run_again, enqueue.cancel):
        with (
            pytest.raises(RightMissingError),
            db.transaction("web", acting_as=db.CAMPUS, token="admin") as tx,
        ):
            act(tx, job, "mine now")


@pytest.mark.parametrize("act", [enqueue.cancel, enqueue.run_again])
def test_another_campuss_job_is_no_job(world, act):
    for job in (*world.jobs.values(), 987_654):
        with (
            pytest.raises(CampusNotFoundError),
            db.transaction("web", acting_as=db.CAMPUS, token="admin") as tx,
        ):
            act(tx, job, "mine now")


def test_no_job_waits_for_another_campuss_job_to_learn_how_it_is(owner, world):
    job = insert("admin", world, state="blocked")
    for parent in (*world.jobs.values(), 987_654):
        with (
            pytest.raises(errors.NoDataFound),
            db.transaction("web", acting_as=db.CAMPUS, token="admin") as tx,
        ):
            queries.run(tx, "jobs/wait_for", child_id=job, parent_ids=[parent], needs="success")
    assert make.state(owner, job) == "blocked"


def test_a_person_marks_no_part_of_a_job_as_done(owner, world):
    """A part that somebody else had noted would be left out, for a whole district at once."""
    for job in (world.own_job, world.jobs["running"]):
        with (
            pytest.raises(errors.InsufficientPrivilege),
            db.transaction("web", acting_as=db.CAMPUS, token="admin") as tx,
        ):
            queries.run(tx, "work/note_part", job_id=job, part="2015-09-09", campus_id=world.a)
    with (
        pytest.raises(errors.InsufficientPrivilege),
        db.transaction("web", acting_as=db.DISTRICT, token="district") as tx,
    ):
        queries.run(tx, "work/note_part", job_id=1, part="2015-09-09", campus_id=world.district)


def test_a_job_marks_parts_of_its_own_alone(world):
    with db.transaction("worker", acting_as=db.CAMPUS, token="job of B") as tx:
        note = {"part": "2015-09-09", "campus_id": world.b}
        queries.run(tx, "work/note_part", job_id=world.jobs["running"], **note)
        with pytest.raises(errors.InsufficientPrivilege):
            queries.run(tx, "work/note_part", job_id=world.jobs["waiting"], **note)


# A worker with the token of one job.


def started(owner, campus):
    """Start a job and claim it as a worker does; return the job, its queue row and its token."""
    [job] = make.start(TASK, [campus], school_year="2015-16")
    with db.transaction("worker") as tx:
        [row] = tx.execute(
            "update procrastinate_jobs set status = 'doing'"
            " where (args ->> 'job_id')::bigint = %s returning id",
            (job,),
        ).fetchall()
        token = secrets.token_hex(8)
        queries.one(
            tx, "work/start_attempt", job_id=job, queue_row_id=row.id, worker="w", token=token
        )
    return job, row.id, token


ENDING = {"seconds": 1, "error_class": "x", "error_text": "x", "next_step": "x", "traceback": "x"}
ENDS = {
    "work/finish_job": {"state": "failed", "result": None, "failed_parts": "[]", **ENDING},
    "work/retry_job": {"wait_seconds": 1, **ENDING},
    "work/interrupt_job": {},
}


@pytest.mark.parametrize("query", ENDS)
def test_the_token_of_one_job_ends_no_other(owner, world, query):
    (mine, _, token), (theirs, _, _) = started(owner, world.a), started(owner, world.b)
    with pytest.raises(psycopg.Error, match="taken over"), db.transaction("worker") as tx:
        queries.run(tx, query, job_id=theirs, token=token, **ENDS[query])
    assert make.state(owner, theirs) == "running"
    with db.transaction("worker") as tx:
        queries.run(tx, query, job_id=mine, token=token, **ENDS[query])
    assert make.state(owner, mine) != "running"


def test_a_job_that_was_started_is_not_started_a_second_time(owner, world):
    job, row, _ = started(owner, world.a)
    with pytest.raises(psycopg.Error, match="taken over"), db.transaction("worker") as tx:
        queries.one(
            tx, "work/start_attempt", job_id=job, queue_row_id=row, worker="x", token="mine"
        )


def test_an_attempt_opens_for_the_queue_row_that_was_claimed(owner, world):
    [job] = make.start(TASK, [world.a], school_year="2015-16")
    with pytest.raises(psycopg.Error, match="taken over"), db.transaction("worker") as tx:
        queries.one(tx, "work/start_attempt", job_id=job, queue_row_id=1, worker="x", token="mine")


def test_a_jobs_token_is_worth_nothing_once_it_has_ended(owner, world):
    job, _, token = started(owner, world.a)
    with db.transaction("worker") as tx:
        queries.run(tx, "work/finish_job", job_id=job, token=token, **ENDS["work/finish_job"])
    with db.transaction("worker", acting_as=db.CAMPUS, token=token) as tx:
        assert tx.execute("select count(*) from campuses").fetchone().count == 0


def test_a_campuss_row_that_names_a_district_job_is_refused_by_the_worker(owner, world):
    job = insert("admin", world, task="summarise_district_attendance")
    make.work()
    shown = make.show(owner, job)
    assert shown.state == "failed"
    assert shown.error_text == "This job was not started in the right way and was refused."


def test_a_districts_row_that_names_a_campus_job_is_refused_by_the_worker(owner, world):
    both = {"is_district": True, "campus": world.district}
    job = insert("district", world, acting_as=db.DISTRICT, **both)
    make.work()
    assert make.show(owner, job).error_text.startswith("This job was not started in the right way")


@pytest.mark.parametrize("task", ["no_such_job", "start_cleanup_sessions", "builtin_tasks.x"])
def test_a_row_that_names_no_job_of_ours_fails_in_plain_words(owner, world, task):
    job = insert("admin", world, task=task)
    make.work()
    shown = make.show(owner, job)
    assert (shown.state, shown.error_class) == ("failed", "TaskNotFound")


def test_a_queue_row_forged_for_another_job_does_not_run_it_with_other_eyes(owner, world):
    [job] = make.start(TASK, [world.a], school_year="2015-16")
    owner.execute(
        "update procrastinate_jobs set task_name = 'summarise_district_attendance'"
        " where (args ->> 'job_id')::bigint = %s",
        (job,),
    )
    make.work()
    assert make.show(owner, job).error_text.startswith("This job was not started in the right way")
    written = "select count(*) from metric_campus_period where job_id = %s"
    assert owner.execute(written, (job,)).fetchone().count == 0


@pytest.mark.parametrize("state", ["waiting", "succeeded", "running"])
def test_a_second_queue_row_for_a_job_does_not_stop_the_others(owner, world, state):
    forged = world.jobs["succeeded"]
    if state != "succeeded":
        forged = insert("admin", world) if state == "waiting" else started(owner, world.b)[0]
    owner.execute(
        "insert into procrastinate_jobs (queue_name, task_name, priority, args)"
        " values ('analytics', %s, 100, jsonb_build_object('job_id', %s::bigint))",
        (TASK, forged),
    )
    [other] = make.start(TASK, [world.a], school_year="2014-15")
    make.work()
    assert make.state(owner, other) == "succeeded"
    assert make.state(owner, forged) == {"waiting": "failed"}.get(state, state)


def test_nobody_changes_whose_a_job_is(owner, world):
    for change in ("campus_id = campus_id + 1", "is_district = true", "requested_by = 'x'"):
        with pytest.raises(psycopg.Error, match="cannot become another job"):
            owner.execute(f"update jobs set {change} where id = %s", (world.own_job,))
