"""The import as a job: all or nothing of a file, twice is once, and only what changed is due."""

from datetime import date

import pytest

from schoolbell.queue import db, prepare
from schoolbell.tests import factories as make

REFRESH = "refresh_attendance_patterns"
SCHOOLS = (
    b"dbn,school_name,borough,district\n01M015,ONE,M,1\n19K510,TOTAL,K,19\n75Q256,THREE,O,75\n"
)
NUMBERS = ("01M015", "19K510", "75Q256")
# The means of eight days; the last one is far below the others, so it is a low day.
MEANS = {f"201509{day:02}": mean for day, mean in enumerate((90, 91, 90, 91, 90, 91, 90, 60), 14)}


@pytest.fixture
def hand_in(owner):
    make.account(owner, "dora", "district_admin")

    def read(figures, schools=SCHOOLS):
        text = figures if isinstance(figures, str) else as_csv(figures)
        with db.transaction("web", acting_as=db.DISTRICT, token=make.token("dora")) as tx:
            job = prepare.hand_in(tx, "a.csv", text.encode(), schools, reason="a test")
        make.work()
        make.work()  # what the import has started
        return make.show(owner, job)

    return read


def table(**changed):
    """All schools' figures of all days; `changed` replaces some, as d20150914_01M015=..."""
    figures = {(day, number): mean for day, mean in MEANS.items() for number in NUMBERS}
    for key, value in changed.items():
        figures[key[1:9], key[10:]] = value
    return figures


def as_csv(figures):
    lines = [f"{day},{number},{value}\n" for (day, number), value in figures.items()]
    return "date,dbn,attn_pct\n" + "".join(lines)


def refreshed(owner):
    rows = owner.execute(
        "select campus.sourced_id from jobs as job"
        " inner join campuses as campus using (campus_id) where job.task = %s order by job.id",
        (REFRESH,),
    )
    return [row.sourced_id for row in rows]


def figure(owner, number, metric, member=""):
    return owner.execute(
        "select n, value from metric_campus_period inner join campuses using (campus_id)"
        " where sourced_id = %s and metric = %s and member = %s",
        (number, metric, member),
    ).fetchone()


def kept(owner):
    tables = ("campus_day_reported", "academic_sessions", "district_days", "job_parts")
    counts = [owner.execute(f"select count(*) from {table}").fetchone()[0] for table in tables]
    schools = owner.execute("select count(*) from campuses where kind = 'school'").fetchone()[0]
    return (*counts, schools)


def test_a_good_file_is_kept_and_every_school_gets_its_figures(owner, hand_in):
    shown = hand_in(table())
    assert shown.state == "succeeded"
    assert shown.result == {
        "days": 8,
        "schools": 3,
        "figures": 24,
        "changed": 24,
        "campuses_to_refresh": 3,
    }
    assert (shown.progress_done, shown.progress_total, shown.progress_text) == (8, 8, "days")
    assert refreshed(owner) == list(NUMBERS)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("20150930,01M015,104", "'104' is not a percentage between 0 and 100."),
        ("20150930,99X999,90", "the school '99X999' is unknown."),
        ("20150914,01M015,7", "01M015 has a second, different figure for 20150914."),
    ],
)
def test_of_a_file_with_one_wrong_line_nothing_is_kept(owner, hand_in, line, sentence):
    shown = hand_in(as_csv(table()) + line + "\n")
    assert (shown.state, shown.attempt_count) == ("failed", 1)
    assert shown.error_text == f"a.csv, line 26: {sentence} Nothing was imported."
    assert shown.next_step == "Correct what was handed in, then start it anew."
    assert kept(owner) == (0, 0, 0, 0, 0)


def test_a_file_that_is_no_longer_kept_is_said_to_be_gone(owner):
    [job] = make.start("import_nyc_attendance", [make.district(owner)], file_id=7)
    make.work()
    shown = make.show(owner, job)
    assert shown.state == "failed"
    assert shown.error_text == "The file that was handed in is no longer kept."


def test_the_same_file_twice_changes_nothing_and_starts_nothing(owner, hand_in):
    hand_in(table())
    before = owner.execute("select * from campus_day_reported order by 1, 2").fetchall()
    shown = hand_in(table())
    assert (shown.state, shown.result["changed"]) == ("succeeded", 0)
    assert shown.result["campuses_to_refresh"] == 0
    assert owner.execute("select * from campus_day_reported order by 1, 2").fetchall() == before
    assert len(refreshed(owner)) == 3


def test_a_corrected_figure_makes_only_its_school_due(owner, hand_in):
    hand_in(table())
    shown = hand_in(table(d20150914_19K510=90.3))
    assert (shown.result["changed"], shown.result["campuses_to_refresh"]) == (1, 1)
    assert refreshed(owner)[3:] == ["19K510"]


def test_one_correction_that_changes_the_low_days_makes_every_school_due(owner, hand_in):
    hand_in(table())
    shown = hand_in(table(d20150914_01M015=0))
    assert (shown.result["changed"], shown.result["campuses_to_refresh"]) == (1, 3)
    lows = owner.execute("select school_date from district_days where is_low order by 1")
    assert [row.school_date.day for row in lows] == [14, 21]


def test_a_day_that_is_low_no_more_makes_every_school_due(owner, hand_in):
    hand_in(table())
    shown = hand_in(table(**{f"d20150921_{number}": 90 for number in NUMBERS}))
    assert shown.result["campuses_to_refresh"] == 3
    assert owner.execute("select 1 from district_days where is_low").fetchall() == []


def test_the_district_is_summed_up_again_after_a_correction(owner, hand_in):
    hand_in(table())
    hand_in(table(d20150914_19K510=90.3))
    make.work()
    rows = owner.execute("select state from jobs where task = 'summarise_district_attendance'")
    assert [row.state for row in rows] == ["succeeded", "succeeded"]
    assert float(figure(owner, "district", "attendance_mean").value) == 86.6375


def test_figures_of_days_that_are_withdrawn_no_longer_count(owner, hand_in):
    hand_in(table())
    withdrawn = {f"d20150921_{number}": "NS" for number in NUMBERS}
    hand_in(table(**withdrawn))
    make.work()
    day = owner.execute("select * from district_days where school_date = '2015-09-21'").fetchone()
    assert (day.kind, day.is_low, day.mean_percent) == ("no_session", False, None)
    assert figure(owner, "01M015", "attendance_mean").n == 7
    district = figure(owner, "district", "attendance_mean")
    assert (district.n, float(district.value)) == (21, 90.4286)


def test_not_submitted_is_no_figure_and_never_zero(owner, hand_in):
    hand_in(table(d20150914_01M015="NS"))
    rows = owner.execute("select percent from campus_day_reported where state = 'not_submitted'")
    assert [row.percent for row in rows] == [None]
    assert figure(owner, "01M015", "attendance_mean").n == 7


def test_total_is_kept_on_the_district_alone(owner, hand_in):
    figures = table(d20150914_TOTAL=91.16, d20150922_TOTAL="0.00")
    figures |= {("20150922", number): "NS" for number in NUMBERS}
    hand_in(figures)
    rows = owner.execute(
        "select sourced_id, state, percent from campus_day_reported"
        " inner join campuses using (campus_id) where kind = 'district' order by school_date"
    ).fetchall()
    assert [row.sourced_id for row in rows] == ["district", "district"]
    assert [(row.state, row.percent and float(row.percent)) for row in rows] == [
        ("reported", 91.16),
        ("no_session", None),
    ]
    assert figure(owner, "19K510", "attendance_mean").n == 8


def test_a_day_without_any_figure_is_no_school_day(owner, hand_in):
    hand_in(table() | {("20150922", number): "NS" for number in NUMBERS})
    row = owner.execute("select * from district_days where school_date = '2015-09-22'").fetchone()
    assert (row.kind, row.reporting_schools, row.mean_percent) == ("no_session", 0, None)


def test_a_day_on_which_few_report_counts_for_schools_but_not_for_the_district(owner, hand_in):
    hand_in(table() | {("20150922", "01M015"): 50})
    make.work()
    row = owner.execute("select * from district_days where school_date = '2015-09-22'").fetchone()
    assert (row.kind, row.is_low) == ("partial", False)
    assert figure(owner, "01M015", "attendance_mean").n == 9
    assert figure(owner, "district", "attendance_mean").n == 24


def test_a_later_file_adds_days_and_lengthens_the_year(owner, hand_in):
    hand_in(table())
    hand_in("date,dbn,attn_pct\n20160104,01M015,90\n", None)
    years = owner.execute("select title, start_date, end_date from academic_sessions").fetchall()
    assert [tuple(year) for year in years] == [
        ("School year 2015-16", date(2015, 9, 14), date(2016, 1, 5))
    ]
    assert refreshed(owner)[3:] == ["01M015"]


def test_a_file_over_two_school_years_starts_both(owner, hand_in):
    shown = hand_in("date,dbn,attn_pct\n20150731,01M015,90\n20150801,01M015,80\n")
    rows = owner.execute("select arguments from jobs where task = %s order by id", (REFRESH,))
    years = {row.arguments["school_year"] for row in rows}
    assert years == {"2014-15", "2015-16"}
    assert shown.result["campuses_to_refresh"] == 2


def test_a_name_is_corrected_and_never_lost(owner, hand_in):
    hand_in(table())
    hand_in(table(), SCHOOLS.replace(b"ONE", b"NUMBER ONE"))
    hand_in(table(), None)
    names = owner.execute("select name from campuses where sourced_id = '01M015'").fetchall()
    assert [row.name for row in names] == ["NUMBER ONE"]


def test_an_import_that_is_stopped_keeps_its_days_and_goes_on_when_run_again(owner, hand_in):
    from schoolbell.queue import enqueue  # noqa: PLC0415 (it reads the settings)

    owner.execute(
        "create function stop_it() returns trigger language plpgsql security definer as $$ begin"
        " update jobs set cancel_requested_by = 'Dora' where id = new.job_id; return null; end $$"
    )
    owner.execute(
        "create trigger stop_it after insert on job_parts for each row"
        " when (new.part = '2015-09-16') execute function stop_it()"
    )
    try:
        shown = hand_in(table())
    finally:
        owner.execute("drop function stop_it cascade")
    assert (shown.state, shown.error_text) == ("cancelled", "Stopped by Dora.")
    assert kept(owner)[0] == 9
    with db.transaction("web", acting_as=db.DISTRICT, token=make.token("dora")) as tx:
        enqueue.run_again(tx, shown.id, "go on")
    make.work()
    assert make.show(owner, shown.id).result["campuses_to_refresh"] == 3
    assert kept(owner)[0] == 24
