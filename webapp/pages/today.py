"""Today: is my school's data ready?"""

from typing import Any

from flask import Blueprint, abort, redirect, url_for
from werkzeug.wrappers import Response

from schoolbell.queue import queries
from schoolbell.webapp import figures, htmx, job_words, scope
from schoolbell.webapp.verdicts import campus_verdict

bp = Blueprint("today", __name__, url_prefix="/c")


@bp.get("/")
def own() -> Response:
    """Go to the person's own campus; who has several or all of them chooses from the list."""
    with scope.transaction() as tx:
        rows = queries.run(
            tx,
            "pages/list_campuses",
            borough=None,
            search=None,
            after_name=None,
            after_id=None,
            most=2,
        ).fetchall()
    if len(rows) != 1:
        return redirect(url_for("campuses.index"))
    return redirect(url_for("today.show", campus=rows[0].sourced_id))


@bp.get("/<campus>")
def show(campus: str) -> Response:
    """One campus: what is ready, what its figures are, what happened lately."""
    with scope.transaction() as tx:
        row = queries.one(tx, "pages/find_campus", campus=campus)
        if row is None or row.kind != "school":  # another's campus looks like no campus at all
            abort(404)
        moment = queries.one(tx, "pages/moment")
        year = queries.one(tx, "pages/school_year", campus_id=row.campus_id)
        known = figures.gather(queries.run(tx, "pages/campus_figures", campus_id=row.campus_id))
        jobs = _latest_jobs(tx, row.campus_id)
        days = queries.run(tx, "pages/latest_days", campus_id=row.campus_id).fetchall()
    return htmx.render(
        "today/show.html",
        "today/_today.html",
        campus=row,
        moment=moment,
        year=year,
        figures=known,
        jobs=jobs,
        days=days,
        verdict=campus_verdict(known, jobs, year),
        is_live=any(map(job_words.is_live, jobs)),
        may_start=scope.person().may_start(row.campus_id),
    )


def _latest_jobs(tx: Any, campus_id: int) -> list[Any]:  # noqa: ANN401 (a transaction)
    return queries.run(
        tx,
        "pages/list_jobs_of_campuses",
        campus_ids=[campus_id],
        category=None,
        states=None,
        before_at=None,
        before_id=None,
        most=6,
    ).fetchall()
