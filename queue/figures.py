"""Figures by name: each metric is one file in sql/queries/figures, found and not listed.

Its first comment line says what it is; its line `by:` names the ways it can be cut, the usual one
first. The command line, and later reports and pages, read figures from here.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from schoolbell.queue import queries
from schoolbell.queue.db import Transaction
from schoolbell.queue.errors import InvalidInputError


@dataclass(frozen=True)
class Metric:
    """A figure that can be asked for: its id, what it is, how it can be cut, its options."""

    name: str
    title: str
    by: tuple[str, ...]
    options: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """Rows of one metric, each with its value (percent or count) and n; as_of is the newest day."""

    metric: str
    rows: list[dict[str, Any]]
    as_of: date | None

    def as_json(self) -> dict[str, Any]:
        """Return plain values: numbers for decimals, ISO dates."""
        rows = [{key: _plain(value) for key, value in row.items()} for row in self.rows]
        return {"metric": self.metric, "rows": rows, "as_of": _plain(self.as_of)}


@cache
def metrics() -> dict[str, Metric]:
    """Find every metric by its file."""
    folder = files("schoolbell.sql").joinpath("queries", "figures")
    names = sorted(file.name.removesuffix(".sql") for file in folder.iterdir())
    return {name: _read(name, folder.joinpath(f"{name}.sql").read_text("utf-8")) for name in names}


def ways() -> list[str]:
    """Return every way in which some metric can be cut."""
    return sorted({cut for metric in metrics().values() for cut in metric.by})


def ask(
    tx: Transaction,
    name: str,
    *,
    by: str | None = None,
    campus: str | None = None,
    school_year: str | None = None,
    exclude_low_days: bool = False,
) -> Answer:
    """Read a metric for the district or one campus, in its latest school year unless told.

    Raises InvalidInputError for a metric, a cut, an option, a campus or a year without figures.
    """
    metric = metrics().get(name)
    if metric is None:
        raise InvalidInputError(f"There is no metric {name!r}. Known: {', '.join(metrics())}.")
    cut = by or metric.by[0]
    if cut not in metric.by:
        raise InvalidInputError(f"{name} can be cut by {', '.join(metric.by)}, not by {cut!r}.")
    if exclude_low_days and "exclude_low_days" not in metric.options:
        raise InvalidInputError(f"{name} cannot leave low days out; weekday_mean can.")
    target = queries.one(tx, "pages/find_campus", campus="district" if campus is None else campus)
    if target is None:
        raise InvalidInputError(f"There is no campus {campus!r}.")
    rows = queries.run(
        tx,
        f"figures/{name}",
        by=cut,
        campus_id=target.campus_id,
        school_year=school_year,
        exclude_low_days=exclude_low_days,
    ).fetchall()
    if school_year and not rows:
        raise InvalidInputError(f"There are no figures of {school_year}.")
    return Answer(
        metric=name,
        rows=[_row(row) for row in rows],
        as_of=max((row.as_of for row in rows if row.as_of), default=None),
    )


def _row(row: Any) -> dict[str, Any]:  # noqa: ANN401 (a row)
    """Leave out the columns that this cut does not have; a withheld value stays, as null."""
    kept = {key: value for key, value in row._asdict().items() if key != "as_of"}
    return {key: value for key, value in kept.items() if value is not None or key == "value"}


def _read(name: str, text: str) -> Metric:
    lines = [line.removeprefix("--").strip() for line in text.splitlines() if line[:2] == "--"]
    return Metric(name, lines[0], _words(lines, "by:"), _words(lines, "options:"))


def _words(lines: list[str], label: str) -> tuple[str, ...]:
    named = next((line for line in lines if line.startswith(label)), label)
    return tuple(word.strip() for word in named.removeprefix(label).split(",") if word.strip())


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value
