"""Jobs that keep the house in order."""

from schoolbell.queue import queries
from schoolbell.queue.attempt import Attempt
from schoolbell.queue.tasks import Outcome, job_type


@job_type(
    title="Clean up sign-ins",
    category="maintenance",
    scope="district",
    queue="maintenance",
    priority=0,
    cron="7 * * * *",
)
def cleanup_sessions(attempt: Attempt) -> Outcome:
    """Forget sign-ins that have ended and failed tries older than a day.

    Running it twice removes nothing more.
    """
    with attempt.closing() as tx:
        row = queries.one(tx, "maintenance/cleanup_sessions")
    return Outcome({"sessions": row.sessions, "failed_sign_ins": row.failures})


@job_type(
    title="Make room for coming months",
    category="maintenance",
    scope="district",
    queue="maintenance",
    priority=0,
    cron="17 3 * * *",
    on_request=False,
)
def make_ledger_months(attempt: Attempt) -> Outcome:
    """Prepare the list of jobs for the next three months.

    Running it twice makes nothing more.
    """
    with attempt.closing() as tx:
        made = queries.one(tx, "maintenance/make_ledger_months").made
    return Outcome({"months_made": made})
