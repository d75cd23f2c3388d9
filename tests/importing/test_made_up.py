"""The made-up campus: plausible figures up to yesterday, and never part of the district's."""

from datetime import date, timedelta

import pytest

from schoolbell.queue.importing import generator
from schoolbell.tests import factories as make

FRIDAY = date(2026, 2, 27)


def test_the_same_campus_and_day_always_have_the_same_figure():
    assert list(generator.percents("DEMO01", FRIDAY)) == list(generator.percents("DEMO01", FRIDAY))
    assert dict(generator.percents("DEMO02", FRIDAY)) != dict(generator.percents("DEMO01", FRIDAY))


def test_only_weekdays_have_figures_and_all_of_them_from_the_years_start():
    days = [day for day, _ in generator.percents("DEMO01", FRIDAY)]
    assert (days[0], days[-1]) == (date(2025, 9, 8), FRIDAY)
    assert len(days) == len(set(days)) == 5 * ((FRIDAY - days[0]).days // 7 + 1)
    assert {day.weekday() for day in days} == {0, 1, 2, 3, 4}


def test_another_day_only_adds_to_what_was_there():
    before = dict(generator.percents("DEMO01", FRIDAY))
    after = dict(generator.percents("DEMO01", FRIDAY + timedelta(3)))
    assert {day: after[day] for day in before} == before
    assert after.keys() - before.keys() == {FRIDAY + timedelta(3)}


@pytest.mark.parametrize(
    ("day", "start"),
    [
        (date(2025, 9, 7), date(2024, 9, 8)),
        (date(2025, 9, 8), date(2025, 9, 8)),
        (date(2026, 7, 31), date(2025, 9, 8)),
    ],
)
def test_a_made_up_year_begins_on_8_september(day, start):
    assert generator.school_year_start(day) == start


def test_the_figures_are_percentages_with_two_decimals():
    for number in range(20):
        for _, percent in generator.percents(f"DEMO{number:02}", FRIDAY):
            assert 0 < percent <= 100
            assert percent.as_tuple().exponent == -2


def make_up(owner, campus):
    [job] = make.start("make_up_attendance", [campus])
    make.work()
    make.work()
    return make.show(owner, job)


def days_of(owner, campus):
    rows = owner.execute(
        "select school_date from campus_day_reported where campus_id = %s order by 1", (campus,)
    )
    return [row.school_date for row in rows]


@pytest.mark.parametrize(
    ("zone", "last"),
    [("America/New_York", date(2026, 2, 27)), ("Pacific/Kiritimati", date(2026, 3, 2))],
)
def test_yesterday_is_the_campuss_own(owner, zone, last):
    owner.execute("insert into clock.frozen values ('2026-03-02 12:00+00')")  # a Monday
    campus = make.campus(owner, "DEMO01", made_up=True, zone=zone)
    assert make_up(owner, campus).state == "succeeded"
    assert days_of(owner, campus)[-1] == last


def test_each_day_adds_its_figure_and_changes_no_other(owner):
    campus = make.campus(owner, "DEMO01", made_up=True)
    owner.execute("insert into clock.frozen values ('2026-03-03 17:00+00')")
    make_up(owner, campus)
    before = owner.execute("select * from campus_day_reported order by 2").fetchall()
    owner.execute("update clock.frozen set at = '2026-03-04 17:00+00'")
    make_up(owner, campus)
    after = owner.execute("select * from campus_day_reported order by 2").fetchall()
    assert after[:-1] == before
    assert after[-1].school_date == date(2026, 3, 3)


def test_made_up_figures_become_patterns_of_their_campus(owner):
    owner.execute("insert into clock.frozen values ('2026-03-03 17:00+00')")
    campus = make.campus(owner, "DEMO01", made_up=True)
    assert make_up(owner, campus).result["school_year"] == "2025-26"
    rows = owner.execute("select distinct period_key from metric_campus_period").fetchall()
    assert [row.period_key for row in rows] == ["2025-26"]


def test_a_real_school_never_gets_made_up_figures(owner):
    campus = make.campus(owner, "01M015")
    shown = make_up(owner, campus)
    assert shown.state == "failed"
    assert shown.error_text == "Figures are only made up for a campus marked as made up."
    assert days_of(owner, campus) == []


def test_a_made_up_campus_is_no_part_of_the_districts_figures_whatever_it_reports(owner):
    school, invented = make.campus(owner, "01M015"), make.campus(owner, "DEMO01", made_up=True)
    days = [f"2015-09-{day:02}" for day in range(14, 19)]
    make.report(owner, school, dict.fromkeys(days, 80))
    make.report(owner, invented, dict.fromkeys([*days, "2015-09-21"], 100))
    _sort_days(owner)
    make.start("summarise_district_attendance", [make.district(owner)], school_year="2015-16")
    make.work()
    rows = owner.execute(
        "select value from metric_campus_period where metric ~ 'mean' and value is not null"
    ).fetchall()
    assert {float(row.value) for row in rows} == {80}
    sorted_days = owner.execute("select listed_schools from district_days").fetchall()
    assert [row.listed_schools for row in sorted_days] == [1] * 5


def _sort_days(owner):
    from schoolbell.queue import queries  # noqa: PLC0415 (it reads the settings)

    key = {"campus_id": make.district(owner), "school_year": "2015-16", "job_id": 0}
    queries.run(owner, "analytics/sort_district_days", **key)
