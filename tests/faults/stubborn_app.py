"""The worker's app with job types that would go on for a minute.

Only tests start it: procrastinate --app=schoolbell.tests.faults.stubborn_app.app worker
"""

import os

from schoolbell.queue.tasks import job_type
from schoolbell.tests.monitoring import stubborn

for handler in (*stubborn.STUBBORN, *stubborn.STUBBORN_APART):
    job_type(
        title="Stubborn job",
        category="campus",
        scope="campus",
        queue="analytics",
        priority=0,
        timeout_seconds=float(os.environ["STUBBORN_LIMIT_SECONDS"]),
        isolated=handler in stubborn.STUBBORN_APART,
    )(handler)

# Last: the app takes the job types that are known when it is made.
from schoolbell.queue.app import app  # noqa: E402, F401
