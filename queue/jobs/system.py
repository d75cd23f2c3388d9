"""Jobs that bring data in: the attendance import and the made-up campus."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from schoolbell.queue import queries
from schoolbell.queue.attempt import Attempt
from schoolbell.queue.db import Transaction
from schoolbell.queue.errors import InvalidInputError
from schoolbell.queue.importing import generator, nyc
from schoolbell.queue.tasks import Outcome, job_type


@job_type(
    title="Attendance import",
    category="system",
    scope="district",
    queue="imports",
    priority=30,
    on_request=False,
)
def import_nyc_attendance(attempt: Attempt) -> Outcome:
    """Read reported attendance day by day, then start the figures of every school it changes.

    The file (argument `file_id`) is checked whole before a row is kept. Each day is a part with its
    own checkpoint. Running it twice changes nothing and starts nothing that is not due.
    """
    file_id = attempt.arguments["file_id"]
    with attempt.transaction() as tx:
        file = queries.one(tx, "system/read_import_file", file_id=file_id)
        if file is None:
            raise InvalidInputError("The file that was handed in is no longer kept.")
        known = frozenset(row.sourced_id for row in queries.run(tx, "system/known_schools"))
    attempt.log(f"Reading {file.name}")
    try:
        today = file.now.astimezone(ZoneInfo(file.time_zone)).date()
        reported = nyc.read(file.name, file.attendance, file.schools, known, today)
    except InvalidInputError:
        with attempt.transaction() as tx:  # what was refused is not kept
            queries.run(tx, "system/drop_import_file", file_id=file_id)
        raise
    attempt.log(f"In order; days: {len(reported.days):,}, schools: {len(reported.schools):,}")
    with attempt.transaction() as tx:
        _keep_schools(tx, attempt, reported)
    days = {day.isoformat(): day for day in reported.days}
    for part in attempt.parts(list(days), "days"):
        with attempt.part(part) as tx:
            _keep_day(tx, attempt, days[part], reported.days[days[part]])
    with attempt.closing() as tx:
        return _close(tx, attempt, reported)


def _keep_schools(tx: Transaction, attempt: Attempt, reported: nyc.Reported) -> None:
    schools = reported.schools.values()
    queries.run(
        tx,
        "system/keep_schools",
        district_id=attempt.campus_id,
        numbers=[school.sourced_id for school in schools],
        names=[school.name for school in schools],
        boroughs=[school.borough for school in schools],
    )


def _keep_day(tx: Transaction, attempt: Attempt, day: date, figures: nyc.Day) -> None:
    """Keep one day of all schools, and the district's own figure beside them."""
    queries.run(
        tx,
        "system/keep_reported_day",
        job_id=attempt.job_id,
        district_id=attempt.campus_id,
        day=day,
        is_session=figures.is_session,
        numbers=list(figures.percents),
        percents=list(figures.percents.values()),
        total=figures.total,
    )


def _close(tx: Transaction, attempt: Attempt, reported: nyc.Reported) -> Outcome:
    """Sort the days of each school year touched, and start what is due because of them."""
    district_id = attempt.campus_id
    queries.run(tx, "maintenance/analyze_after_bulk")
    years = queries.run(
        tx, "system/keep_school_years", district_id=district_id, days=list(reported.days)
    ).fetchall()
    started = 0
    for year in years:
        _sort_days(tx, attempt, year.school_year)
        started += _start_figures(tx, attempt, year.school_year)
    queries.run(tx, "maintenance/analyze_queue")
    counted = queries.one(tx, "system/count_import", job_id=attempt.job_id)
    attempt.log(f"Entries new or changed: {counted.changed:,}")
    return Outcome(
        {
            "days": len(reported.days),
            "schools": len(reported.schools),
            "figures": sum(len(day.percents) for day in reported.days.values()),
            "changed": counted.changed,
            "campuses_to_refresh": started,
        }
    )


def _sort_days(tx: Transaction, attempt: Attempt, school_year: str) -> None:
    """Tell what each day was; when other days are low than before, every school is due."""
    queries.run(
        tx,
        "analytics/sort_district_days",
        campus_id=attempt.campus_id,
        school_year=school_year,
        job_id=attempt.job_id,
    )
    if queries.run(tx, "analytics/mark_low_days", school_year=school_year).rowcount:
        queries.run(tx, "analytics/mark_all_due", school_year=school_year)


def _start_figures(tx: Transaction, attempt: Attempt, school_year: str) -> int:
    """Start a refresh for each school whose year is due, and the summary after all of them."""
    due = [row.campus_id for row in queries.run(tx, "campus/due_campuses", school_year=school_year)]
    refreshes = attempt.start(
        tx,
        "refresh_attendance_patterns",
        due,
        school_year=school_year,
    )
    if refreshes:
        attempt.start(
            tx,
            "summarise_district_attendance",
            [attempt.campus_id],
            after=refreshes,
            needs="any outcome",
            school_year=school_year,
        )
    attempt.log(f"Figures started for {school_year}; schools: {len(refreshes):,}")
    return len(refreshes)


@job_type(
    title="Made-up figures",
    category="system",
    scope="campus",
    queue="imports",
    priority=30,
    on_request=False,
)
def make_up_attendance(attempt: Attempt) -> Outcome:
    """Make up the demonstration campus's figures, up to yesterday.

    Only a campus that is marked as made up may have such figures. Running it twice adds nothing.
    """
    with attempt.closing() as tx:
        campus = queries.one(tx, "system/made_up_campus", campus_id=attempt.campus_id)
        if campus is None:
            raise InvalidInputError("Figures are only made up for a campus marked as made up.")
        yesterday = campus.now.astimezone(ZoneInfo(campus.time_zone)).date() - timedelta(days=1)
        days = dict(generator.percents(campus.sourced_id, yesterday))
        year = queries.one(
            tx,
            "system/keep_made_up_days",
            campus_id=attempt.campus_id,
            job_id=attempt.job_id,
            days=list(days),
            percents=list(days.values()),
            first_day=generator.school_year_start(yesterday),
        ).school_year
        attempt.start(
            tx,
            "refresh_attendance_patterns",
            [attempt.campus_id],
            school_year=year,
        )
    return Outcome({"days": len(days), "school_year": year})
