"""The whole sample through the product's own programs, against values from outside.

Sources: tests/oracles/nyc_sy2016.json (keys named in each test), nyc_sy2016_schools.csv.gz and
trap_p10.json. Both sides are rounded to 4 decimals, so they differ by 0.0001 at most.
"""

import csv
import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

ORACLES = Path(__file__).parent.parent / "oracles"
EXPECTED = json.loads((ORACLES / "nyc_sy2016.json").read_text())
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")
WITHHELD = "fewer than 20 days"
SCHOOL_METRICS = {
    "n_days": ("attendance_mean", ""),
    "mean": ("attendance_mean", ""),
    "median": ("attendance_median", ""),
    "days_below_90": ("days_below_90", ""),
    "days_below_80": ("days_below_80", ""),
    **{day.lower(): ("weekday_mean", day) for day in WEEKDAYS},
    **{f"{day.lower()}_ex": ("weekday_mean_without_low_days", day) for day in WEEKDAYS},
}


@pytest.fixture(scope="module")
def figures(sample):
    """All figures: by campus number, then by (metric, member)."""
    found = {}
    for row in sample.execute(
        "select sourced_id, metric, dimension, member, n, value, null_reason"
        " from metric_campus_period inner join campuses using (campus_id)"
        " where not made_up and grain = 'school_year' and period_key = '2015-16'"
    ):
        found.setdefault(row.sourced_id, {})[row.metric, row.member] = row
    return found


@pytest.fixture(scope="module")
def schools():
    """The expected values of every school with at least 20 days."""
    with gzip.open(ORACLES / "nyc_sy2016_schools.csv.gz", "rt") as file:
        return list(csv.DictReader(file))


def worst(figures, number, metric):
    """The weekday that a worst-weekday metric names."""
    [member] = [key[1] for key in figures[number] if key[0] == metric]
    return member


def differing(figures, schools, column):
    """Schools whose figure is not the expected one."""
    metric, member = SCHOOL_METRICS[column]
    odd = []
    for school in schools:
        row = figures[school["dbn"]][metric, member]
        value = row.n if column == "n_days" else row.value
        if abs(float(value) - float(school[column])) > 0.000101:
            odd.append((school["dbn"], value, school[column]))
    return odd


@pytest.mark.parametrize("column", SCHOOL_METRICS)
def test_all_1643_schools_have_the_expected_figure(figures, schools, column):
    assert len(schools) == 1643
    assert differing(figures, schools, column) == []


@pytest.mark.parametrize(
    ("metric", "column"),
    [("worst_weekday", "worst_weekday"), ("worst_weekday_with_low_days", "worst_weekday_raw")],
)
def test_all_1643_schools_have_the_expected_worst_weekday(figures, schools, metric, column):
    found = {school["dbn"]: worst(figures, school["dbn"], metric) for school in schools}
    assert found == {school["dbn"]: school[column] for school in schools}
    counts = EXPECTED["all_schools_summary"][f"{column}_counts"]
    assert Counter(found.values()) == counts


def test_the_fifteen_named_schools_agree_with_the_table_of_all(schools):
    table = {school["dbn"]: school for school in schools}
    assert len(EXPECTED["schools"]) == 15
    for number, values in EXPECTED["schools"].items():
        for column in SCHOOL_METRICS:
            assert float(table[number][column]) == values[column]


def test_the_sums_over_all_schools_agree(figures):
    shown = [school for school in figures.values() if _is_shown(school)]
    expected = EXPECTED["all_schools_summary"]
    assert len(shown) == expected["schools"]
    assert sum(school["attendance_mean", ""].n for school in shown) == expected["sum_n_days"]
    below = sum(int(school["days_below_90", ""].value) for school in shown)
    assert below == expected["sum_days_below_90"]


def _is_shown(school):
    mean = school["attendance_mean", ""]
    return ("days_below_90", "") in school and mean.value is not None


def test_two_schools_are_withheld_with_the_reason(figures, schools):
    known = {school["dbn"] for school in schools}
    withheld = figures.keys() - known - {"district"}
    assert len(withheld) == 2
    for number in withheld:
        rows = figures[number].values()
        assert {(row.value, row.null_reason) for row in rows} == {(None, WITHHELD)}
        assert all(row.n < 20 for row in rows)


def test_every_school_has_each_of_its_figures_once(figures, sample):
    counts = Counter(len(rows) for number, rows in figures.items() if number != "district")
    total = sample.execute("select count(*) from campuses where kind = 'school' and not made_up")
    assert sum(counts.values()) == total.fetchone()[0] == EXPECTED["rows"]["schools"]
    full = counts[4 + 5 + 5 + 2]
    assert full >= 1643
    assert sum(counts.values()) - full <= 2  # the two that are withheld lack some weekdays


@pytest.mark.parametrize(
    ("key", "metric"),
    [
        ("district_weekday_mean", "weekday_mean"),
        ("district_weekday_mean_ex_low_days", "weekday_mean_without_low_days"),
    ],
)
def test_the_districts_weekdays_have_the_expected_means(figures, key, metric):
    rows = {day: figures["district"][metric, day] for day in WEEKDAYS}
    found = {day: float(row.value) for day, row in rows.items()}
    assert found == {day: EXPECTED[key][day] for day in WEEKDAYS}
    assert sum(row.n for row in rows.values()) == EXPECTED[key]["n"]


def test_the_districts_mean_is_the_expected_one(figures):
    row = figures["district"]["attendance_mean", ""]
    expected = EXPECTED["district_weekday_mean"]
    assert (float(row.value), row.n) == (expected["all"], expected["n"])


@pytest.mark.parametrize("borough", ["K", "M", "Q", "R", "X"])
def test_a_boroughs_weekdays_have_the_expected_means(figures, borough):
    expected, district = EXPECTED["borough_weekday_mean"]["values"][borough], figures["district"]
    found = {day: district["weekday_mean", f"{borough} {day}"] for day in WEEKDAYS}
    assert {day: float(row.value) for day, row in found.items()} == {
        day: expected[day] for day in WEEKDAYS
    }
    assert sum(row.n for row in found.values()) == expected["n"]
    assert float(district["attendance_mean", borough].value) == expected["all"]


def test_the_boroughs_have_the_expected_schools(sample):
    rows = sample.execute(
        "select borough, count(*) as n from campuses where kind = 'school' and not made_up"
        " group by borough"
    )
    expected = EXPECTED["borough_weekday_mean"]["values"]
    assert {row.borough: row.n for row in rows} == {
        borough: values["schools"] for borough, values in expected.items()
    }


def test_the_low_days_are_the_expected_ones_in_their_order(sample):
    rows = sample.execute(
        "select school_date, mean_percent from district_days where is_low order by mean_percent"
    )
    found = [[f"{row.school_date:%Y%m%d}", float(row.mean_percent)] for row in rows]
    assert found == EXPECTED["district_low_days"]["days"]


def test_the_days_are_of_the_expected_kinds(sample):
    days = sample.execute("select * from district_days order by school_date").fetchall()
    kinds = Counter(day.kind for day in days)
    assert kinds["district_day"] == EXPECTED["days"]["district_days"]
    partial = [
        [f"{d.school_date:%Y%m%d}", d.reporting_schools] for d in days if d.kind == "partial"
    ]
    closed = [f"{day.school_date:%Y%m%d}" for day in days if day.kind == "no_session"]
    assert partial == EXPECTED["days"]["partial"]
    assert closed == EXPECTED["days"]["no_session"]


def test_trap_p10_is_avoided(sample, figures):
    trap = json.loads((ORACLES / "trap_p10.json").read_text())
    assert "Mon mean 87.9051" in trap["expected"]
    assert float(figures["district"]["weekday_mean", "Mon"].value) == 87.9051
    counts = sample.execute(
        "select count(*) filter (where kind = 'school' and state <> 'reported') as not_submitted,"
        " count(*) filter (where kind = 'school' and percent = 0) as zero,"
        " count(*) filter (where kind = 'district') as totals"
        " from campus_day_reported inner join campuses using (campus_id) where not made_up"
    ).fetchone()
    rows = EXPECTED["rows"]
    assert tuple(counts) == (rows["ns"], rows["real_zero_values"], rows["pseudo"])


def test_every_job_has_ended_well_and_says_so_truly(sample):
    rows = sample.execute(
        "select task, state, count(*) as n from jobs where reason <> 'by the clock'"
        " group by task, state"
    )
    assert {(row.task, row.state): row.n for row in rows} == {
        ("import_nyc_attendance", "succeeded"): 1,
        ("make_up_attendance", "succeeded"): 1,
        ("refresh_attendance_patterns", "succeeded"): 1646,  # the made-up campus is one of them
        ("summarise_district_attendance", "succeeded"): 1,
    }


def test_every_job_took_one_attempt_and_nothing_is_left_over(sample):
    attempts = sample.execute("select state, attempt, count(*) from job_attempts group by 1, 2")
    assert {row[:2] for row in attempts} == {("succeeded", 1)}
    left = sample.execute(
        "select (select count(*) from job_leases) as leases,"
        " (select count(*) from job_keys) as keys,"
        " (select count(*) from procrastinate_jobs where args ? 'job_id') as queued,"
        " (select count(*) from metric_dirty where campus_id in"
        " (select campus_id from campuses where kind = 'school')) as due"
    ).fetchone()
    assert tuple(left) == (0, 0, 0, 0)


def test_the_summary_ran_after_the_last_school(sample):
    summary = sample.execute(
        "select * from jobs where task = 'summarise_district_attendance'"
    ).fetchone()
    last = sample.execute(
        "select max(ended_at) from jobs inner join job_edges on parent_id = id"
    ).fetchone()[0]
    assert summary.blocked_by == 0
    assert summary.started_at >= last
