"""The Procrastinate app, found by `procrastinate --app=schoolbell.queue.app.app worker`.

Every job type is a task that takes the job's id and nothing else; arguments stay in the ledger.
"""

from typing import Any

from procrastinate import App, JobContext, PsycopgConnector
from psycopg_pool import AsyncConnectionPool

from schoolbell.queue import db, queries, worker
from schoolbell.queue.monitoring import ledger
from schoolbell.queue.settings import settings
from schoolbell.queue.tasks import JobType, job_types

# Longer than any statement may take; a job that is still running then is asked to stop at its
# next part. Below the lease, so that no other worker takes it meanwhile.
DRAIN_SECONDS = 10


def _open_pool(**options: Any) -> AsyncConnectionPool[Any]:  # noqa: ANN401 (Procrastinate's own)
    """Open the queue's pool where the settings say, when the worker starts and not before."""
    lease = f"-c schoolbell.lease_seconds={settings().lease_seconds}"
    return AsyncConnectionPool(
        settings().serving_url("worker"),
        min_size=1,
        max_size=4,
        kwargs={"application_name": "schoolbell queue", "options": lease},
        **options,
    )


def _make_app() -> App:
    made = App(
        connector=PsycopgConnector(pool_factory=_open_pool),
        worker_defaults={
            "concurrency": settings().concurrency,
            "fetch_job_polling_interval": settings().fetch_poll_seconds,
            "shutdown_graceful_timeout": DRAIN_SECONDS,
            "delete_jobs": "successful",
        },
    )
    manager = worker.LedgerJobManager(made.connector)
    manager.known = job_types().__contains__
    made.job_manager = manager
    for job_type in job_types().values():
        _add_task(made, job_type)
        if job_type.cron is not None:
            _add_clock(made, job_type, job_type.cron)
    return made


def _add_task(made: App, job_type: JobType) -> None:
    @made.task(name=job_type.name, queue=job_type.queue, pass_context=True)
    def work(context: JobContext, job_id: int) -> None:
        worker.work(job_type, context, job_id)


def _add_clock(made: App, job_type: JobType, cron: str) -> None:
    """Let Procrastinate's clock start the job; the ledger refuses it while one is waiting."""

    @made.periodic(cron=cron)
    @made.task(name=f"start_{job_type.name}", queue="clock")
    def start(timestamp: int) -> None:
        del timestamp  # the database's clock is the only clock
        with db.transaction("worker") as tx:
            district = queries.one(tx, "work/district")
            ledger.add(tx, job_type, [district.campus_id], reason="by the clock")


app = _make_app()
