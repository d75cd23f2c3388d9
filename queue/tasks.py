"""What a job type is: the one place that says its name, its title and how it runs.

A category file in queue/jobs decorates its handlers with `job_type`; pages, the command line and
the worker read the facts from here. The first line of the handler's docstring is what admins read.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack

from schoolbell.queue.errors import InvalidJobError

if TYPE_CHECKING:
    from schoolbell.queue.attempt import Attempt

Category = Literal[
    "campus", "analytics", "rewards", "reports", "notifications", "maintenance", "system"
]
Scope = Literal["campus", "district"]


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended: its result, and the parts that failed, named.

    Some failed parts make the job partial; `all_failed` makes it failed.
    """

    result: dict[str, Any] = field(default_factory=dict)
    failed_parts: tuple[str, ...] = ()
    all_failed: bool = False

    @property
    def state(self) -> str:
        """The job state that this outcome means."""
        if self.all_failed:
            return "failed"
        return "partial" if self.failed_parts else "succeeded"


Handler = Callable[["Attempt"], Outcome | Coroutine[Any, Any, Outcome]]


@dataclass(frozen=True)
class JobType:
    """The facts of one job type.

    `tries` counts attempts: 3 means three. The wait for the next one doubles from `wait_seconds` up
    to `most_wait_seconds`; `retry_on` names errors worth another try beside the usual ones.
    `timeout_seconds` bounds each statement and the whole attempt; in a job that works in parts it
    bounds each part, and what comes before and after them. A handler that may block in anything but
    the database, `attempt.sleep` or `await` is `isolated`: it runs in a process of its own, which
    is killed with all that it started when the job is to stop. `cron` (in UTC) starts the job by
    itself. `on_request` says that a person may start it, and `usual_arguments` names the query that
    finds its arguments then.
    """

    name: str
    title: str
    summary: str
    category: Category
    scope: Scope
    queue: str
    priority: int
    handler: Handler
    tries: int = 3
    wait_seconds: float = 5
    most_wait_seconds: float = 3600
    retry_on: tuple[type[Exception], ...] = ()
    timeout_seconds: float = 60
    isolated: bool = False
    cron: str | None = None
    on_request: bool = True
    usual_arguments: str | None = None


class Choices(TypedDict, total=False):
    """What a job type may say and need not; JobType has the meaning and the default of each."""

    tries: int
    wait_seconds: float
    most_wait_seconds: float
    retry_on: tuple[type[Exception], ...]
    timeout_seconds: float
    isolated: bool
    cron: str | None
    on_request: bool
    usual_arguments: str | None


_registered: dict[str, JobType] = {}


def job_type(
    *,
    title: str,
    category: Category,
    scope: Scope,
    queue: str,
    priority: int,
    **more: Unpack[Choices],
) -> Callable[[Handler], Handler]:
    """Register a handler as a job type; `more` are the choices that have defaults in JobType."""

    def register(handler: Handler) -> Handler:
        known = JobType(
            name=handler.__name__,
            title=title,
            summary=(inspect.getdoc(handler) or title).splitlines()[0],
            category=category,
            scope=scope,
            queue=queue,
            priority=priority,
            handler=handler,
            **more,
        )
        _registered[known.name] = known
        return handler

    return register


@cache
def job_types() -> dict[str, JobType]:
    """Find every job type: each module in queue/jobs is imported, none is listed by hand."""
    package = importlib.import_module("schoolbell.queue.jobs")
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
    return dict(sorted(_registered.items()))


def on_request() -> list[str]:
    """Return the names of the job types that a person may ask for."""
    return [name for name, known in job_types().items() if known.on_request]


def find(name: str) -> JobType:
    """Return the job type called `name`; raise InvalidJobError when there is none."""
    try:
        return job_types()[name]
    except KeyError as unknown:
        raise InvalidJobError(f"There is no job called {name!r}.") from unknown


def title(name: str) -> str:
    """Return what people call the job type; its bare name when its code is gone."""
    known = job_types().get(name)
    return known.title if known else name
