"""Where the bars stand: a scale of 142 units from y=164 (the floor) to y=22 (100 percent)."""

import pytest

from schoolbell.webapp.charts import readable_floor, weekday_bars

WEEK = [("Mon", 100), ("Tue", 50), ("Wed", None), ("Thu", 75), ("Fri", 50)]


def test_a_bar_is_as_high_as_its_share_of_the_scale():
    heights = {bar.label: bar.height for bar in weekday_bars(WEEK).bars}
    assert heights == {"Mon": 142, "Tue": 71, "Thu": 106.5, "Fri": 71}


def test_a_floor_moves_the_foot_of_the_scale():
    heights = {bar.label: bar.height for bar in weekday_bars(WEEK, floor=50).bars}
    assert heights == {"Mon": 142, "Tue": 0, "Thu": 71, "Fri": 0}


def test_every_bar_stands_on_the_floor_line_within_the_frame():
    chart = weekday_bars(WEEK)
    assert all(bar.y + bar.height == 164 for bar in chart.bars)
    assert all(chart.left <= bar.x and bar.x + bar.width <= chart.right for bar in chart.bars)


def test_a_missing_day_keeps_its_place():
    whole, gap = weekday_bars([("Mon", 1), ("Tue", 2), ("Wed", 3)]), [("Mon", 1), ("Tue", None)]
    assert weekday_bars([*gap, ("Wed", 3)]).bars[1].x == whole.bars[2].x


def test_the_lowest_days_are_marked_even_when_two_tie():
    assert [bar.label for bar in weekday_bars(WEEK).bars if bar.is_lowest] == ["Tue", "Fri"]


def test_the_grid_names_floor_middle_and_top():
    assert [(line.y, line.text) for line in weekday_bars(WEEK, floor=80).grid] == [
        (164, "80%"),
        (93, "90%"),
        (22, "100%"),
    ]


def test_no_values_make_an_empty_chart():
    assert weekday_bars([]).bars == ()


@pytest.mark.parametrize(
    ("values", "floor"), [([89.3, 91], 70), ([None, 90], 80), ([4], 0), ([100], 90), ([], 0)]
)
def test_the_floor_is_the_ten_below_the_smallest_value(values, floor):
    assert readable_floor(values) == floor
