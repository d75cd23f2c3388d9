"""Overview: is everything that should have run done?"""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from schoolbell.queue import queries
from schoolbell.webapp import figures, htmx, scope
from schoolbell.webapp.verdicts import MOST_PROBLEMS, district_verdict

bp = Blueprint("overview", __name__)

MOST_RUNNING = 5


@bp.get("/")
def show() -> Response:
    """The district at a glance; people of one campus go to its own page."""
    if not scope.person().is_district_admin:
        return redirect(url_for("today.own"))
    with scope.transaction() as tx:
        moment = queries.one(tx, "pages/moment")
        district = queries.one(tx, "work/district")
        counts = queries.one(tx, "pages/overview_counts", campus_id=district.campus_id)
        load = queries.one(tx, "pages/current_load")
        year = queries.one(tx, "pages/school_year", campus_id=district.campus_id)
        known = figures.gather(
            queries.run(tx, "pages/campus_figures", campus_id=district.campus_id)
        )
        problems = queries.run(tx, "pages/needs_you", most=MOST_PROBLEMS + 1).fetchall()
        running = queries.run(tx, "pages/now_running", most=MOST_RUNNING).fetchall()
        made_up = queries.run(tx, "pages/made_up_campuses").fetchall()
        low_days = (
            queries.run(tx, "pages/low_days", school_year=known.school_year).fetchall()
            if known
            else []
        )
    return htmx.render(
        "overview/show.html",
        "overview/_overview.html",
        moment=moment,
        counts=counts,
        figures=known,
        problems=problems[:MOST_PROBLEMS],
        problems_note=f"the newest {MOST_PROBLEMS}" if len(problems) > MOST_PROBLEMS else "",
        running=running,
        made_up=made_up,
        low_days=low_days,
        year=year,
        is_live=bool(counts.waiting or counts.running or counts.trying_again),
        verdict=district_verdict(counts, load, len(problems), year, known.as_of if known else None),
    )
