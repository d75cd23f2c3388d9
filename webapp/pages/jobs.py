"""Jobs: where is the job I am asked about, what happened to it, and what can I do?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from schoolbell.queue import enqueue, queries, tasks
from schoolbell.queue.db import Transaction
from schoolbell.queue.errors import DuplicateJobError, InvalidJobError
from schoolbell.webapp import htmx, scope, states

bp = Blueprint("jobs", __name__, url_prefix="/jobs")

PAGE_SIZE = 50
CATEGORY_WORDS = {
    "campus": "School figures",
    "analytics": "District figures",
    "system": "Data coming in",
    "maintenance": "Upkeep",
}
NO_REASON = "no reason given"


class Key(NamedTuple):
    """Where a page of the list ends: the creation time and id of its last job."""

    at: datetime | None
    id: int | None


@dataclass(frozen=True)
class Filters:
    """What the address asks for; an unknown word is refused, another campus does not exist."""

    campus: str
    category: str
    state: str
    before: str

    @property
    def states(self) -> list[str] | None:
        """The ledger's states that the chosen word covers."""
        if not self.state:
            return None
        covered = [names for names in states.state_choices().values() if self.state in names]
        return list(covered[0]) if covered else abort(400)

    @property
    def key(self) -> Key:
        """The key to go on from."""
        at, _, job_id = self.before.partition("~")
        try:
            return Key(datetime.fromisoformat(at), int(job_id)) if self.before else Key(None, None)
        except ValueError:
            abort(400)

    def url(self, **changed: str) -> str:
        """The address of the same list with something changed; paging starts anew."""
        kept = {"campus": self.campus, "category": self.category, "state": self.state}
        given: dict[str, Any] = {name: value for name, value in (kept | changed).items() if value}
        return url_for("jobs.index", **given)


@bp.get("/")
def index() -> Response:
    """Every job that this person may see, newest first, with filters in the address."""
    asked = Filters(
        *(request.args.get(name, "") for name in ("campus", "category", "state", "before"))
    )
    if asked.category and asked.category not in CATEGORY_WORDS:
        abort(400)
    with scope.transaction() as tx:
        moment = queries.one(tx, "pages/moment")
        campus = _asked_campus(tx, asked.campus)
        rows = _list(tx, asked, campus)
    older = (
        asked.url(before=f"{rows[-2].created_at.isoformat()}~{rows[-2].id}")
        if len(rows) > PAGE_SIZE
        else ""
    )
    return htmx.render(
        "jobs/index.html",
        "jobs/_list.html",
        moment=moment,
        asked=asked,
        campus=campus,
        jobs=rows[:PAGE_SIZE],
        older=older,
        state_chips=_state_chips(asked),
        category_chips=_category_chips(asked),
        startable=_startable(),
        this_url=asked.url(before=asked.before),
    )


def _asked_campus(tx: Transaction, campus: str) -> Any:  # noqa: ANN401 (a row)
    if not campus:
        return None
    row = queries.one(tx, "pages/find_campus", campus=campus)
    return row if row is not None else abort(404)


def _list(tx: Transaction, asked: Filters, campus: Any) -> list[Any]:  # noqa: ANN401 (a row)
    """Read one job more than a page holds, to know whether there are older ones."""
    chosen: dict[str, Any] = {
        "category": asked.category or None,
        "states": asked.states,
        "before_at": asked.key.at,
        "before_id": asked.key.id,
        "most": PAGE_SIZE + 1,
    }
    if campus is None and scope.person().is_district_admin:
        return queries.run(tx, "pages/list_jobs", **chosen).fetchall()
    ids = [campus.campus_id] if campus is not None else scope.person().campus_ids
    return queries.run(tx, "pages/list_jobs_of_campuses", campus_ids=ids, **chosen).fetchall()


def _state_chips(asked: Filters) -> list[dict[str, Any]]:
    chips = [{"label": "All", "url": asked.url(state=""), "is_on": not asked.state}]
    for word, covered in states.state_choices().items():
        url = asked.url(state=covered[0])
        chips.append({"label": word, "url": url, "is_on": asked.state in covered})
    return chips


def _category_chips(asked: Filters) -> list[dict[str, Any]]:
    chips = [{"label": "All", "url": asked.url(category=""), "is_on": not asked.category}]
    for name, word in CATEGORY_WORDS.items():
        url = asked.url(category=name)
        chips.append({"label": word, "url": url, "is_on": asked.category == name})
    return chips


def _startable() -> list[tasks.JobType]:
    """The district's jobs that this person may start from the list."""
    if not scope.person().is_district_admin:
        return []
    return [
        kind for kind in tasks.job_types().values() if kind.on_request and kind.scope == "district"
    ]


@bp.post("/")
def start() -> Response:
    """Start a job for a campus and go to its page; the same work is never asked for twice."""
    task = request.form.get("task", "")
    reason = request.form.get("reason", "").strip()[:200] or NO_REASON
    with scope.transaction() as tx:
        if task not in tasks.job_types() or not tasks.find(task).on_request:
            abort(400)
        campus = queries.one(tx, "pages/find_campus", campus=request.form.get("campus", ""))
        if campus is None:
            abort(404)
        try:
            job_id = enqueue.start(tx, task, campus.campus_id, reason=reason)
        except DuplicateJobError as duplicate:
            job_id = duplicate.job_id
            flash(str(duplicate))
    return redirect(url_for("jobs.show", job_id=job_id), 303)


@bp.get("/<int:job_id>")
def show(job_id: int) -> Response:
    """One job: what happened and what to do. Its panel polls this address until the job ends."""
    with scope.transaction() as tx:
        job = queries.one(tx, "pages/show_job", job_id=job_id)
        if job is None:  # another campus's job looks like no job at all
            abort(404)
        attempts = queries.run(tx, "pages/list_attempts", job_id=job_id).fetchall()
    return htmx.render(
        "jobs/show.html",
        "jobs/_job.html",
        job=job,
        attempts=attempts,
        may_act=scope.person().may_start(job.campus_id),
    )


@bp.post("/<int:job_id>/cancel")
def cancel(job_id: int) -> Response:
    """Stop the job: a waiting one at once, a running one between two of its parts."""
    reason = request.form.get("reason", "").strip()[:200] or NO_REASON
    with scope.transaction() as tx:
        state = enqueue.cancel(tx, job_id, reason)
    words = {
        "cancelled": "The job was stopped.",
        "running": "The job stops as soon as its current part is done.",
    }
    flash(words.get(state, "The job had already ended; nothing was stopped."))
    return redirect(url_for("jobs.show", job_id=job_id), 303)


@bp.post("/<int:job_id>/again")
def again(job_id: int) -> Response:
    """Run the job again: the same one if it did not end well, else a new one of its kind."""
    with scope.transaction() as tx:
        job = queries.one(tx, "pages/show_job", job_id=job_id)
        if job is None:
            abort(404)
        try:
            if job.state == "succeeded":
                job_id = enqueue.start(
                    tx,
                    job.task,
                    job.campus_id,
                    arguments=job.arguments,
                    reason=f"job {job.id} again",
                )
            else:
                enqueue.run_again(tx, job_id, "run again from its page")
        except (DuplicateJobError, InvalidJobError) as refusal:
            flash(str(refusal), "error")
            job_id = getattr(refusal, "job_id", job_id)
    return redirect(url_for("jobs.show", job_id=job_id), 303)
