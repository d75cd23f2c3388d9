"""Times, durations and numbers as people read them. Pure functions: `now` is always given."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

NOTHING = "\N{EN DASH}"
MINUTE, HOUR, DAY = 60, 3600, 86_400
NOON, WEEK_DAYS, MONTH_DAYS, YEAR_DAYS = 12, 7, 60, 730
SHORT_SECONDS = 10
SHORTEST_SECONDS = 0.1


def clock(moment: datetime, zone: str, *, seconds: bool = False) -> str:
    """Time of day in the campus's zone: "6:04 am", or with seconds "6:04:10 am"."""
    local = moment.astimezone(ZoneInfo(zone))
    minutes = f"{local:%M:%S}" if seconds else f"{local:%M}"
    return f"{local.hour % 12 or 12}:{minutes} {'am' if local.hour < NOON else 'pm'}"


def when(moment: datetime | None, zone: str, now: datetime) -> str:
    """Short time in the campus's zone: "Tue 6:04 am", with the date outside the week around now."""
    if moment is None:
        return NOTHING
    local, today = moment.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    if abs((local.date() - today.date()).days) < WEEK_DAYS:
        return f"{local:%a} {clock(moment, zone)}"
    year = "" if local.year == today.year else f" {local.year}"
    return f"{local:%a} {local.day} {local:%b}{year}, {clock(moment, zone)}"


def full_time(moment: datetime, zone: str) -> str:
    """Say the whole time with its zone: "Tue 28 Jun 2016, 6:04:10 am EDT (New York)"."""
    local = moment.astimezone(ZoneInfo(zone))
    place = zone.rpartition("/")[2].replace("_", " ")
    return f"{day(local)}, {clock(moment, zone, seconds=True)} {local:%Z} ({place})"


def ago(moment: datetime | None, now: datetime) -> str:
    """Distance from now, rounded down: "18 min ago", "in 7 min", "just now"."""
    if moment is None:
        return NOTHING
    seconds = (now - moment).total_seconds()
    if abs(seconds) < MINUTE:
        return "just now" if seconds >= 0 else "any moment now"
    distance = _distance(int(abs(seconds)))
    return f"{distance} ago" if seconds > 0 else f"in {distance}"


def took(seconds: float | Decimal | None) -> str:
    """Length of a run: "under 0.1 s", "0.4 s", "41 s", "2 min 5 s", "1 h 3 min"."""
    if seconds is None:
        return NOTHING
    whole = int(seconds)
    if whole < MINUTE:
        return _short(seconds)
    if whole < HOUR:
        return _pair(whole // MINUTE, "min", whole % MINUTE, "s")
    return _pair(whole // HOUR, "h", whole % HOUR // MINUTE, "min")


def percent(value: float | Decimal | None) -> str:
    """Percentage, 0 to 100, with one decimal: "89.3%"; a half is rounded up."""
    return NOTHING if value is None else f"{_rounded(value, '0.1')}%"


def count(number: int | None) -> str:
    """Whole number with thousands separators: "273,693"."""
    return NOTHING if number is None else f"{number:,}"


def day(moment: date | None) -> str:
    """Date as people write it: "Tue 28 Jun 2016"."""
    return NOTHING if moment is None else f"{moment:%a} {moment.day} {moment:%b} {moment.year}"


def long_day(moment: datetime, zone: str) -> str:
    """Today as a heading says it, in the campus's zone: "Tuesday 24 November"."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%A} {local.day} {local:%B}"


def _distance(seconds: int) -> str:
    days = seconds // DAY
    if seconds < HOUR:
        return f"{seconds // MINUTE} min"
    if seconds < DAY:
        return f"{seconds // HOUR} h"
    if days < MONTH_DAYS:
        return f"{days} day{'s' if days > 1 else ''}"
    return f"{days // 30} months" if days < YEAR_DAYS else f"{days // 365} years"


def _short(seconds: float | Decimal) -> str:
    if seconds < SHORTEST_SECONDS:
        return f"under {SHORTEST_SECONDS} s"
    return f"{_rounded(seconds, '0.1') if seconds < SHORT_SECONDS else int(seconds)} s"


def _pair(large: int, large_unit: str, small: int, small_unit: str) -> str:
    tail = f" {small} {small_unit}" if small else ""
    return f"{large} {large_unit}{tail}"


def _rounded(value: float | Decimal, step: str) -> Decimal:
    return Decimal(str(value)).quantize(Decimal(step), rounding=ROUND_HALF_UP)


FILTERS: dict[str, Callable[..., str]] = {
    "clock": clock,
    "when": when,
    "full_time": full_time,
    "ago": ago,
    "took": took,
    "percent": percent,
    "count": count,  # hides nothing: Jinja's own is called length
    "day": day,
    "long_day": long_day,
}
