"""The server that the processes of one test run share: some things only one of them may do."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CLUSTER = "SCHOOLBELL_TEST_CLUSTER"


def home() -> Path:
    """Return the folder of the cluster."""
    return Path(os.environ[CLUSTER])


@contextmanager
def alone() -> Iterator[None]:
    """Keep the other processes out: roles belong to the whole cluster, and so does the sample."""
    with (home() / "alone").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
