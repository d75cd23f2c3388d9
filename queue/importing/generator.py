"""Figures of the made-up campus: plausible percentages for every weekday of its school year.

Each day's figure depends on the campus and the day alone, so making them again changes nothing and
a new day only adds. The shape follows the public year (domain.md section 4): Mondays and Fridays
are lower, and now and then a storm keeps many at home.
"""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

USUAL_PERCENT = 93.2
WEEKDAY_POINTS = (-0.6, 0.3, 0.9, 0.6, -1.2)  # Monday to Friday, against the usual
SPREAD_POINTS = 1.1
STORM_CHANCE = 0.015
STORM_POINTS = -9.0
FIRST_MONTH, FIRST_DAY = 9, 8
SATURDAY = 5


def school_year_start(day: date) -> date:
    """Return the first day of the made-up school year that `day` lies in: 8 September."""
    year = day.year if (day.month, day.day) >= (FIRST_MONTH, FIRST_DAY) else day.year - 1
    return date(year, FIRST_MONTH, FIRST_DAY)


def percents(campus: str, until: date) -> Iterator[tuple[date, Decimal]]:
    """Yield (day, percent) for each weekday from the year's start up to and with `until`."""
    day = school_year_start(until)
    while day <= until:
        if day.weekday() < SATURDAY:
            yield day, _percent(campus, day)
        day += timedelta(days=1)


def _percent(campus: str, day: date) -> Decimal:
    chance = random.Random(f"{campus} {day.isoformat()}")  # noqa: S311 (figures, not secrets)
    percent = USUAL_PERCENT + WEEKDAY_POINTS[day.weekday()] + chance.gauss(0, SPREAD_POINTS)
    if chance.random() < STORM_CHANCE:
        percent += STORM_POINTS
    return Decimal(f"{min(percent, 100):.2f}")
