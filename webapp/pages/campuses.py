"""Campuses: which school is worse off, and where do I look?"""

from typing import Any

from flask import Blueprint, abort, request, url_for
from werkzeug.wrappers import Response

from schoolbell.queue import queries
from schoolbell.webapp import htmx, scope
from schoolbell.webapp.figures import WEEKDAYS

bp = Blueprint("campuses", __name__, url_prefix="/campuses")

PAGE_SIZE = 50
BOROUGHS = {
    "M": "Manhattan",
    "X": "Bronx",
    "K": "Brooklyn",
    "Q": "Queens",
    "R": "Staten Island",
}


@bp.get("/")
def index() -> Response:
    """The campuses that this person may see, by name, with their latest figures."""
    borough, search = request.args.get("borough", ""), request.args.get("search", "").strip()
    after_name, _, after_id = request.args.get("after", "").rpartition("~")
    if (borough and borough not in BOROUGHS) or (after_id and not after_id.isdecimal()):
        abort(400)
    with scope.transaction() as tx:
        moment = queries.one(tx, "pages/moment")
        rows = queries.run(
            tx,
            "pages/list_campuses",
            borough=borough or None,
            search=search or None,
            after_name=after_name if after_id else None,
            after_id=int(after_id) if after_id else None,
            most=PAGE_SIZE + 1,
        ).fetchall()
    shown = rows[:PAGE_SIZE]
    kept: dict[str, Any] = {
        name: value for name, value in {"borough": borough, "search": search}.items() if value
    }
    further = (
        url_for("campuses.index", after=f"{shown[-1].name}~{shown[-1].campus_id}", **kept)
        if len(rows) > PAGE_SIZE
        else ""
    )
    return htmx.render(
        "campuses/index.html",
        "campuses/_list.html",
        moment=moment,
        campuses=shown,
        boroughs=BOROUGHS,
        weekdays=WEEKDAYS,
        borough_chips=_chips(borough, search),
        borough=borough,
        search=search,
        further=further,
    )


def _chips(borough: str, search: str) -> list[dict[str, Any]]:
    kept: dict[str, Any] = {"search": search} if search else {}
    chips = [{"label": "All", "url": url_for("campuses.index", **kept), "is_on": not borough}]
    for letter, name in BOROUGHS.items():
        url = url_for("campuses.index", borough=letter, **kept)
        chips.append({"label": name, "url": url, "is_on": borough == letter})
    return chips
