"""A school's patterns against a few lines of plain Python, on random and on chosen figures."""

import statistics
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from threading import Thread

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schoolbell.queue import queries, tasks
from schoolbell.queue.attempt import open_attempt
from schoolbell.tests import factories as make

REFRESH = "refresh_attendance_patterns"
MONDAY = date(2015, 9, 14)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")
WITHHELD = "fewer than 20 days"

percents = st.one_of(
    st.decimals(0, 100, places=2),
    st.sampled_from([Decimal(80), Decimal(90), Decimal("89.99"), Decimal(91)]),  # ties and edges
)
years = st.dictionaries(st.integers(0, 60).map(lambda n: MONDAY + timedelta(n)), percents)
low_days = st.sets(st.integers(0, 60).map(lambda n: MONDAY + timedelta(n)), max_size=12)


def rounded(value):
    return Decimal(value).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def expected(year, low):
    """The figures of a year, in plain Python: (metric, member) to (n, value)."""
    values = list(year.values())
    figures = {
        ("attendance_mean", ""): (len(values), statistics.mean(values or [0])),
        ("attendance_median", ""): (len(values), statistics.median(values or [0])),
        ("days_below_90", ""): (len(values), sum(value < 90 for value in values)),
        ("days_below_80", ""): (len(values), sum(value < 80 for value in values)),
    }
    usual = {day: value for day, value in year.items() if day not in low}
    figures |= weekdays(year, "weekday_mean", "worst_weekday_with_low_days")
    figures |= weekdays(usual, "weekday_mean_without_low_days", "worst_weekday")
    if len(values) >= 20:
        return {key: (n, rounded(value)) for key, (n, value) in figures.items()}
    return {key: (n, None) for key, (n, _) in figures.items() if not key[0].startswith("worst")}


def weekdays(year, metric, worst):
    means = {}
    for number, weekday in enumerate(WEEKDAYS):
        values = [value for day, value in year.items() if day.weekday() == number]
        if values:
            means[weekday] = (len(values), statistics.mean(values))
    figures = {(metric, weekday): mean for weekday, mean in means.items()}
    if means:
        lowest = min(means, key=lambda weekday: rounded(means[weekday][1]))  # the first of a tie
        figures[worst, lowest] = means[lowest]
    return figures


def found(owner, campus):
    rows = owner.execute(
        "select metric, member, n, value, null_reason from metric_campus_period"
        " where campus_id = %s and grain = 'school_year' and period_key = '2015-16'",
        (campus,),
    ).fetchall()
    assert {row.null_reason for row in rows if row.value is None} <= {WITHHELD}
    assert {row.null_reason for row in rows if row.value is not None} <= {None}
    named = {row.member for row in rows if row.metric.startswith("worst") and row.value is None}
    assert named <= {""}  # a worst weekday that is withheld names none
    return {
        (row.metric, row.member): (row.n, row.value)
        for row in rows
        if row.value is not None or not row.metric.startswith("worst")
    }


@pytest.fixture
def campus(owner):
    return make.campus(owner, "01M015")


def refresh(owner, campus, year, low=()):
    """Let the campus have exactly these figures, and work its patterns out as a worker does."""
    owner.execute("truncate campus_day_reported, district_days")
    owner.execute(
        "insert into campus_day_reported (campus_id, school_date, source, percent, state, job_id)"
        " select %s, day, 'nyc', percent, 'reported', 0"
        " from unnest(%s::date[], %s::numeric[]) as listed (day, percent)",
        (campus, list(year), list(year.values())),
    )
    owner.execute(
        "insert into district_days (campus_id, school_date, kind, reporting_schools,"
        " listed_schools, mean_percent, is_low, job_id)"
        " select %s, day, 'district_day', 1, 1, 50, true, 0 from unnest(%s::date[]) as day",
        (make.district(owner), list(low)),
    )
    [job] = make.start(REFRESH, [campus], school_year="2015-16")
    row = owner.execute("update procrastinate_jobs set status = 'doing' returning id").fetchone()
    attempt = open_attempt(tasks.find(REFRESH), job, row.id, "a test", lambda: False)
    attempt.finish(attempt.job_type.handler(attempt))
    return found(owner, campus)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(year=years, low=low_days)
def test_the_patterns_are_those_of_plain_python(owner, campus, year, low):
    assert refresh(owner, campus, year, low) == expected(year, low)


def school_days(count):
    days = (MONDAY + timedelta(number) for number in range(count * 2))
    return [day for day in days if day.weekday() < 5][:count]


def test_of_two_equal_weekdays_the_earlier_is_the_worst(owner, campus):
    year = {day: 80 if day.weekday() in {1, 3} else 90 for day in school_days(20)}
    figures = refresh(owner, campus, year)
    assert figures["worst_weekday", "Tue"] == (4, 80)
    assert [member for metric, member in figures if metric == "worst_weekday"] == ["Tue"]


@pytest.mark.parametrize(("days", "shown"), [(19, False), (20, True)])
def test_a_year_of_fewer_than_20_days_is_withheld_with_the_reason(owner, campus, days, shown):
    figures = refresh(owner, campus, dict.fromkeys(school_days(days), 90))
    assert {value is not None for _, value in figures.values()} == {shown}
    assert figures["attendance_mean", ""][0] == days


def test_a_saturday_counts_in_the_year_and_is_no_weekday(owner, campus):
    year = dict.fromkeys(school_days(20), 90) | {date(2015, 9, 19): 69}
    figures = refresh(owner, campus, year)
    assert figures["attendance_mean", ""] == (21, 89)
    assert {member for _, member in figures} == {"", *WEEKDAYS}


def test_without_low_days_both_worst_weekdays_are_the_same(owner, campus):
    year = {day: 90 - day.weekday() for day in school_days(20)}
    figures = refresh(owner, campus, year)
    assert figures["worst_weekday", "Fri"] == figures["worst_weekday_with_low_days", "Fri"]


def test_a_storm_does_not_make_its_weekday_the_worst(owner, campus):
    year = {day: 89 if day.weekday() == 4 else 90 for day in school_days(20)} | {MONDAY: 20}
    figures = refresh(owner, campus, year, low=[MONDAY])
    assert figures["worst_weekday", "Fri"] == (4, 89)
    assert figures["worst_weekday_with_low_days", "Mon"] == (4, Decimal("72.5"))


@pytest.mark.parametrize(
    ("percent", "below_90", "below_80"), [("90", 0, 0), ("89.99", 20, 0), ("80", 20, 0)]
)
def test_a_day_counts_as_below_only_when_it_is_strictly(owner, campus, percent, below_90, below_80):
    figures = refresh(owner, campus, dict.fromkeys(school_days(20), percent))
    assert figures["days_below_90", ""] == (20, below_90)
    assert figures["days_below_80", ""] == (20, below_80)


def test_another_school_year_is_left_alone(owner, campus):
    year = dict.fromkeys(school_days(20), 90)
    figures = refresh(owner, campus, year | {date(2015, 7, 31): 10, date(2016, 8, 1): 10})
    assert figures["attendance_mean", ""] == (20, 90)


def test_a_workers_refresh_ends_well_and_leaves_no_queue_row(owner, campus):
    make.report(owner, campus, {"2015-09-09": 90, "2015-09-10": 92})
    [job] = make.start(REFRESH, [campus], school_year="2015-16")
    make.work()
    assert make.show(owner, job).result == {"school_year": "2015-16", "days": 2}
    left = owner.execute("select count(*) from procrastinate_jobs where args ? 'job_id'")
    assert left.fetchone()[0] == 0


def test_running_it_twice_changes_nothing(owner, campus):
    year = dict.fromkeys(school_days(20), 90)
    assert refresh(owner, campus, year) == refresh(owner, campus, year)


def test_figures_of_days_that_are_gone_go_too(owner, campus):
    refresh(owner, campus, dict.fromkeys(school_days(20), 90))
    assert refresh(owner, campus, {}) == expected({}, ())


def test_a_refresh_takes_the_mark_that_it_was_due(owner, campus):
    refresh(owner, campus, {MONDAY: 90})
    assert owner.execute("select count(*) from metric_dirty").fetchone()[0] == 0


def test_a_change_that_comes_during_a_refresh_makes_it_due_again(owner, campus, database_url):
    make.report(owner, campus, {MONDAY: 90})
    with psycopg.connect(database_url) as refreshing:
        key = {"campus_id": campus, "school_year": "2015-16"}
        queries.run(refreshing, "campus/take_dirty", **key)
        change = Thread(target=make.report, args=(owner, campus, {MONDAY + timedelta(1): 90}))
        change.start()
        change.join(0.2)
        assert change.is_alive()  # it waits for the refresh, which cannot have seen it
    change.join()
    assert owner.execute("select count(*) from metric_dirty").fetchone()[0] == 1


def test_every_figure_says_the_newest_day_it_rests_on_and_its_job(owner, campus):
    refresh(owner, campus, dict.fromkeys(school_days(20), 90))
    rows = owner.execute("select distinct as_of, job_id from metric_campus_period").fetchall()
    [job] = owner.execute("select id from jobs").fetchall()
    assert [tuple(row) for row in rows] == [(school_days(20)[-1], job.id)]
