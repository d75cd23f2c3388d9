"""A campus's figures as its pages show them, gathered from the rows of one school year."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from schoolbell.webapp import charts

WEEKDAYS = {
    "Mon": "Monday",
    "Tue": "Tuesday",
    "Wed": "Wednesday",
    "Thu": "Thursday",
    "Fri": "Friday",
}


@dataclass(frozen=True)
class Figures:
    """One school year of a campus or the district; percent, None where it is withheld."""

    school_year: str
    as_of: date
    days: int
    mean: Decimal | None
    median: Decimal | None
    days_below_90: int | None
    withheld: str | None
    worst_weekday: str | None
    worst_percent: Decimal | None
    worst_days: int
    chart: charts.BarChart | None


def gather(rows: Iterable[Any]) -> Figures | None:
    """Gather the rows of `pages/campus_figures`; None when nothing was worked out yet."""
    by_key = {(row.metric, row.dimension, row.member): row for row in rows}
    mean = by_key.get(("attendance_mean", "", ""))
    if mean is None:
        return None
    median = by_key.get(("attendance_median", "", ""))
    below = by_key.get(("days_below_90", "", ""))
    worst = next((row for key, row in by_key.items() if key[0] == "worst_weekday"), None)
    shown = worst if worst is not None and worst.value is not None else None
    return Figures(
        school_year=mean.school_year,
        as_of=mean.as_of,
        days=mean.n,
        mean=mean.value,
        median=median.value if median else None,
        days_below_90=int(below.value) if below and below.value is not None else None,
        withheld=mean.null_reason,
        worst_weekday=WEEKDAYS[shown.member] if shown else None,
        worst_percent=shown.value if shown else None,
        worst_days=shown.n if shown else 0,
        chart=_chart(by_key),
    )


def _chart(by_key: dict[tuple[str, str, str], Any]) -> charts.BarChart | None:
    """Draw the weekday means without low days, where there are any."""
    named = [
        (weekday, by_key.get(("weekday_mean_without_low_days", "weekday", weekday)))
        for weekday in WEEKDAYS
    ]
    bars = [(weekday, row.value if row else None) for weekday, row in named]
    values = [value for _, value in bars if value is not None]
    if not values:
        return None
    return charts.weekday_bars(bars, floor=charts.readable_floor(values))
