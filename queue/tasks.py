"""What a job type is: the one place that says its name, its title and how it runs.

A category file in queue/jobs decorates its handlers with `job_type`; pages, the command line and
the worker read the facts from here. The first line of the handler's docstring is what admins read.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

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


Handler = Callable[["Attempt"], Outcome]


@dataclass(frozen=True)
class JobType:
    """The facts of one job type. `tries` counts attempts: 3 means three; waits are in seconds."""

    name: str
    title: str
    summary: str
    category: Category
    scope: Scope
    queue: str
    priority: int
    tries: int
    wait_seconds: float
    timeout_seconds: float
    cron: str | None
    on_request: bool
    usual_arguments: str | None
    handler: Handler


_registered: dict[str, JobType] = {}


def job_type(
    *,
    title: str,
    category: Category,
    scope: Scope,
    queue: str,
    priority: int,
    tries: int = 3,
    wait_seconds: float = 5,
    timeout_seconds: float = 60,
    cron: str | None = None,
    on_request: bool = True,
    usual_arguments: str | None = None,
) -> Callable[[Handler], Handler]:
    """Register a handler as a job type; `on_request` says that a person may start it from a page.

    `timeout_seconds` bounds each of the handler's transactions, `cron` (in UTC) starts it by
    itself, and the wait before another try doubles each time. `usual_arguments` names the query
    that finds the arguments when a person just asks for the job.
    """

    def register(handler: Handler) -> Handler:
        name = handler.__name__
        _registered[name] = JobType(
            name=name,
            title=title,
            summary=(inspect.getdoc(handler) or title).splitlines()[0],
            category=category,
            scope=scope,
            queue=queue,
            priority=priority,
            tries=tries,
            wait_seconds=wait_seconds,
            timeout_seconds=timeout_seconds,
            cron=cron,
            on_request=on_request,
            usual_arguments=usual_arguments,
            handler=handler,
        )
        return handler

    return register


@cache
def job_types() -> dict[str, JobType]:
    """Find every job type: each module in queue/jobs is imported, none is listed by hand."""
    package = importlib.import_module("schoolbell.queue.jobs")
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
    return dict(sorted(_registered.items()))


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
