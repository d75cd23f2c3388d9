"""Job types that exist for one test, and jobs held as a worker holds them."""

import pytest

from schoolbell.queue import tasks
from schoolbell.queue.attempt import open_attempt
from schoolbell.tests import factories as make


@pytest.fixture
def job_of():
    """Return a function that makes a handler a job type of this test alone; it gives the name."""
    from schoolbell.queue import app  # noqa: PLC0415 (it reads the settings)

    made = []

    def register(handler, **facts):
        usual = {"category": "campus", "scope": "campus", "queue": "analytics", "wait_seconds": 0}
        tasks.job_type(title="A test's job", priority=0, **{**usual, **facts})(handler)
        name = handler.__name__
        tasks.job_types()[name] = tasks._registered.pop(name)  # noqa: SLF001
        app._add_task(app.app, tasks.find(name))  # noqa: SLF001
        made.append(name)
        return name

    yield register
    for name in made:
        del tasks.job_types()[name], app.app.tasks[name]


@pytest.fixture
def hold(owner):
    """Return a function that claims a job and opens its attempt, as a worker does."""

    def claim_and_open(job_id, worker="a worker"):
        row = owner.execute(
            "update procrastinate_jobs set status = 'doing'"
            " where (args ->> 'job_id')::bigint = %s and status = 'todo' returning id, task_name",
            (job_id,),
        ).fetchone()
        return open_attempt(tasks.find(row.task_name), job_id, row.id, worker, lambda: False)

    return claim_and_open


@pytest.fixture
def work_off(owner):
    """Return a function that lets workers go on until nothing is left that could run now."""

    def until_empty():
        while owner.execute(
            "select exists (select 1 from procrastinate_jobs where status = 'todo'"
            " and (scheduled_at is null or scheduled_at <= now()))"
        ).fetchone()[0]:
            make.work()

    return until_empty
