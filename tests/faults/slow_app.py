"""The worker's app with one more job type, which takes as long as its argument says.

Only tests start it: procrastinate --app=schoolbell.tests.faults.slow_app.app worker
"""

import time

from schoolbell.queue.tasks import Outcome, job_type

PARTS = 20


@job_type(
    title="Slow job",
    category="campus",
    scope="campus",
    queue="analytics",
    priority=0,
    wait_seconds=0,
    timeout_seconds=30,
)
def work_slowly(attempt):
    """Take `seconds`, in one piece or in parts. Running it twice would show in its attempts."""
    pause = float(attempt.arguments["seconds"])
    if not attempt.arguments["in_parts"]:
        time.sleep(pause)
        return Outcome({"parts": 0})
    for part in attempt.parts([str(number) for number in range(PARTS)], "parts"):
        with attempt.part(part):
            time.sleep(pause / PARTS)
    return Outcome({"parts": PARTS})


# Last: the app takes the job types that are known when it is made.
from schoolbell.queue.app import app  # noqa: E402, F401
