"""Words for times and numbers; every expected value was worked out by hand."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from schoolbell.webapp import filters

NEW_YORK, PHOENIX = "America/New_York", "America/Phoenix"
NOW = datetime(2026, 11, 24, 11, 22, tzinfo=UTC)  # Tuesday 6:22 am in New York


@pytest.mark.parametrize(
    ("moment", "zone", "expected"),
    [
        (datetime(2026, 11, 24, 11, 4, tzinfo=UTC), NEW_YORK, "Tue 6:04 am"),
        (datetime(2026, 11, 24, 11, 4, tzinfo=UTC), PHOENIX, "Tue 4:04 am"),
        (datetime(2026, 11, 24, 5, 0, tzinfo=UTC), NEW_YORK, "Tue 12:00 am"),
        (datetime(2026, 11, 24, 17, 0, tzinfo=UTC), NEW_YORK, "Tue 12:00 pm"),
        (datetime(2026, 11, 18, 11, 0, tzinfo=UTC), NEW_YORK, "Wed 6:00 am"),
        (datetime(2026, 11, 17, 11, 0, tzinfo=UTC), NEW_YORK, "Tue 17 Nov, 6:00 am"),
        (datetime(2026, 12, 1, 11, 0, tzinfo=UTC), NEW_YORK, "Tue 1 Dec, 6:00 am"),
        (datetime(2016, 6, 28, 20, 30, tzinfo=UTC), NEW_YORK, "Tue 28 Jun 2016, 4:30 pm"),
    ],
)
def test_a_time_is_told_in_the_campus_zone(moment, zone, expected):
    assert filters.when(moment, zone, NOW) == expected


def test_both_hours_of_the_autumn_night_read_alike_but_name_their_zone():
    first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    again = first + timedelta(hours=1)
    assert filters.full_time(first, NEW_YORK) == "Sun 1 Nov 2026, 1:30:00 am EDT (New York)"
    assert filters.full_time(again, NEW_YORK) == "Sun 1 Nov 2026, 1:30:00 am EST (New York)"


def test_the_clock_can_show_seconds():
    assert filters.clock(NOW, NEW_YORK) == "6:22 am"
    assert filters.clock(NOW, NEW_YORK, seconds=True) == "6:22:00 am"


@pytest.mark.parametrize(
    ("past", "expected"),
    [
        (timedelta(seconds=0), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 min ago"),
        (timedelta(minutes=18, seconds=59), "18 min ago"),
        (timedelta(hours=1), "1 h ago"),
        (timedelta(hours=23, minutes=59), "23 h ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=59), "59 days ago"),
        (timedelta(days=60), "2 months ago"),
        (timedelta(days=730), "2 years ago"),
        (timedelta(seconds=-1), "any moment now"),
        (timedelta(minutes=-7), "in 7 min"),
    ],
)
def test_a_distance_from_now_is_rounded_down(past, expected):
    assert filters.ago(NOW - past, NOW) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0.44, "0.4 s"),
        (0.45, "0.5 s"),
        (Decimal("9.94"), "9.9 s"),
        (41, "41 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (125, "2 min 5 s"),
        (3600, "1 h"),
        (3780, "1 h 3 min"),
        (90_000, "25 h"),
    ],
)
def test_a_duration_reads_in_its_two_largest_units(seconds, expected):
    assert filters.took(seconds) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("89.3157"), "89.3%"),
        (Decimal("89.25"), "89.3%"),
        (89.35, "89.4%"),
        (100, "100.0%"),
        (0, "0.0%"),
    ],
)
def test_a_percentage_has_one_decimal_and_rounds_a_half_up(value, expected):
    assert filters.percent(value) == expected


def test_large_numbers_are_grouped_by_thousands():
    assert filters.count(273_693) == "273,693"


def test_a_date_names_its_weekday():
    assert filters.day(date(2016, 6, 28)) == "Tue 28 Jun 2016"


@pytest.mark.parametrize("name", ["took", "percent", "count", "day"])
def test_nothing_is_shown_as_a_dash(name):
    assert filters.FILTERS[name](None) == "\N{EN DASH}"


def test_no_time_is_shown_as_a_dash():
    assert filters.when(None, NEW_YORK, NOW) == filters.ago(None, NOW) == "\N{EN DASH}"
