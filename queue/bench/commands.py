"""The `schoolbell bench` commands: what a speed claim is measured with."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

import click

from schoolbell.queue import console, launch
from schoolbell.queue.bench import fetch as fetching
from schoolbell.queue.settings import settings

Command = TypeVar("Command", bound=Callable[..., Any])


@click.group()
def bench() -> None:
    """Measure speed, on databases that are made for it and dropped afterwards."""


def _rows(name: str, usual: int, words: str) -> Callable[[Command], Command]:
    return click.option(
        f"--{name}", default=usual, show_default=True, type=click.IntRange(1), help=words
    )


@bench.command()
@_rows("ledger", 1_000_000, "Ended jobs in the ledger.")
@_rows("waiting", 100_000, "Jobs that wait for a worker.")
@_rows("future", 100_000, "Jobs that wait for a day far off.")
@_rows("finished", 50_000, "Jobs that end while a transaction stays open.")
@_rows("timed", 100, "Jobs that are timed in each of five turns.")
@console.AS_JSON
def fetch(as_json: bool, **rows: int) -> None:  # noqa: FBT001 (click's own)
    """Time the way of one job from the queue to its end, in quiet and in busy databases."""
    sizes = fetching.Sizes(**rows)
    with launch.attached(settings()) as installer_url:
        found = fetching.measure(installer_url, sizes, lambda line: click.echo(line, err=True))
    options = " ".join(f"--{name} {number}" for name, number in rows.items())
    found["command"] = f"./run cli bench fetch {options}"
    if as_json:
        click.echo(json.dumps(found))
        return
    console.show_rows(found["rows"], as_json=False)
    machine = found["machine"]
    click.echo(f"{found['command']}: {machine['cores']} cores, PostgreSQL {machine['postgresql']}")
