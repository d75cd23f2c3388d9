"""Geometry of the charts. Pure: numbers in, rectangles out; templates only draw them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from schoolbell.webapp.filters import percent

WIDTH, HEIGHT = 360, 190
LEFT, RIGHT, TOP, BOTTOM = 42, 6, 22, 26
BAR_SHARE = 0.62
GRID_STEPS = 2


class Bar(NamedTuple):
    """One bar in SVG units, with the words that stand over and under it."""

    label: str
    value: str
    x: float
    y: float
    width: float
    height: float
    middle: float
    value_y: float
    is_lowest: bool


class GridLine(NamedTuple):
    """One horizontal line and the number at its left."""

    y: float
    text: str


class BarChart(NamedTuple):
    """Everything the template draws."""

    width: int
    height: int
    left: int
    right: int
    label_y: int
    bars: tuple[Bar, ...]
    grid: tuple[GridLine, ...]
    floor: int


def weekday_bars(rows: Sequence[tuple[str, float | Decimal | None]], floor: int = 0) -> BarChart:
    """Lay out percentages (0 to 100) by weekday as bars.

    `floor` is where the scale starts; a page that sets it says so beside the chart.
    A value that is missing keeps its place and has no bar.
    """
    known = [value for _, value in rows if value is not None]
    lowest = min(known, default=None)
    step = (WIDTH - LEFT - RIGHT) / max(len(rows), 1)
    bars = tuple(
        _bar(label, value, floor, LEFT + index * step, step, is_lowest=value == lowest)
        for index, (label, value) in enumerate(rows)
        if value is not None
    )
    grid = tuple(_grid_line(floor, part) for part in range(GRID_STEPS + 1))
    return BarChart(WIDTH, HEIGHT, LEFT, WIDTH - RIGHT, HEIGHT - 8, bars, grid, floor)


def readable_floor(values: Sequence[float | Decimal | None]) -> int:
    """Choose the ten below the smallest value, so that small differences can be seen."""
    known = [value for value in values if value is not None]
    return max(int(min(known)) // 10 * 10 - 10, 0) if known else 0


def _bar(
    label: str, value: float | Decimal, floor: int, x: float, step: float, *, is_lowest: bool
) -> Bar:
    y, width = _y(float(value), floor), step * BAR_SHARE
    return Bar(
        label=label,
        value=percent(value).rstrip("%"),
        x=round(x + (step - width) / 2, 1),
        y=y,
        width=round(width, 1),
        height=round(HEIGHT - BOTTOM - y, 1),
        middle=round(x + step / 2, 1),
        value_y=round(y - 6, 1),
        is_lowest=is_lowest,
    )


def _grid_line(floor: int, part: int) -> GridLine:
    value = floor + (100 - floor) * part / GRID_STEPS
    return GridLine(_y(value, floor), f"{value:.0f}%")


def _y(value: float, floor: int) -> float:
    share = (min(max(value, floor), 100) - floor) / (100 - floor)
    return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)
