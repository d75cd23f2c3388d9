"""Jobs over all campuses: the district's own figures."""

from schoolbell.queue import queries
from schoolbell.queue.attempt import Attempt
from schoolbell.queue.tasks import Outcome, job_type


@job_type(
    title="District summary",
    category="analytics",
    scope="district",
    queue="analytics",
    usual_arguments="jobs/latest_school_year",
    priority=10,
)
def summarise_district_attendance(attempt: Attempt) -> Outcome:
    """Work out the district's and the boroughs' average attendance by weekday.

    Unweighted means of school-day percentages over district days of one school year (argument
    `school_year`), with and without low days (oracles N2, N2x, N3, N4). Made-up campuses are left
    out. Percent, 4 decimals. Running it twice changes nothing.
    """
    year = attempt.arguments["school_year"]
    key = {"campus_id": attempt.campus_id, "school_year": year, "job_id": attempt.job_id}
    with attempt.closing() as tx:
        queries.run(tx, "campus/take_dirty", **key)
        queries.run(tx, "campus/clear_attendance_patterns", **key)
        queries.run(tx, "analytics/summarise_attendance", **key)
        queries.run(tx, "campus/refresh_worst_weekday", **key)
        row = queries.one(tx, "analytics/count_district_days", school_year=year)
    return Outcome({"school_year": year, "days": row.days, "low_days": row.low_days})
