"""Jobs of one campus: its attendance patterns."""

from schoolbell.queue import queries
from schoolbell.queue.attempt import Attempt
from schoolbell.queue.tasks import Outcome, job_type


@job_type(
    title="Attendance patterns",
    category="campus",
    scope="campus",
    queue="analytics",
    usual_arguments="jobs/latest_school_year",
    priority=20,
)
def refresh_attendance_patterns(attempt: Attempt) -> Outcome:
    """Work out a school's average attendance, its weekdays and its worst weekday.

    Reads the reported percentages of one school year (argument `school_year`, "2015-16") and
    replaces that year's figures: mean, median, days below 90 and 80 percent, weekday means with and
    without the district's low days (domain.md M7, oracles N6). Percent, 4 decimals. A year with
    fewer than 20 reported days has no figures, and says so. Running it twice changes nothing.
    """
    year = attempt.arguments["school_year"]
    key = {"campus_id": attempt.campus_id, "school_year": year, "job_id": attempt.job_id}
    with attempt.closing() as tx:
        # First, so that a change that arrives meanwhile makes the year due again.
        queries.run(tx, "campus/take_dirty", **key)
        queries.run(tx, "campus/clear_attendance_patterns", **key)
        days = queries.one(tx, "campus/refresh_attendance_totals", **key).days
        queries.run(tx, "campus/refresh_weekday_means", **key)
        queries.run(tx, "campus/refresh_worst_weekday", **key)
    return Outcome({"school_year": year, "days": days})
