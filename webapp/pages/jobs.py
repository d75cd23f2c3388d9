"""Jobs: where is the job I am asked about, what happened to it, and what can I do?"""

from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from schoolbell.queue import enqueue, queries, tasks
from schoolbell.queue.db import Transaction
from schoolbell.queue.errors import DuplicateJobError, InvalidJobError
from schoolbell.webapp import htmx, job_filters, job_graph, job_words, scope
from schoolbell.webapp.job_filters import CATEGORY_WORDS, OF_A_CAMPUS, Filters
from schoolbell.webapp.job_words import NO_REASON

bp = Blueprint("jobs", __name__, url_prefix="/jobs")

PAGE_SIZE = 50
MOST_CHOICES = 20
MOST_LINES = 1000
NOT_FOUND = 404


@bp.get("/")
def index() -> Response:
    """Every job that this person may see, newest first, with filters in the address."""
    asked = job_filters.asked_for(request.args)
    with scope.transaction() as tx:
        moment = queries.one(tx, "pages/moment")
        campus = queries.one(tx, "pages/find_campus", campus=asked.campus) if asked.campus else None
        is_unknown = bool(asked.campus) and campus is None
        rows = [] if is_unknown else _list(tx, asked, campus)
        choices = _campus_choices(tx)
    shown = rows[:PAGE_SIZE]
    response = htmx.render(
        "jobs/index.html",
        "jobs/_list.html",
        moment=moment,
        asked=asked,
        campus=campus,
        is_unknown=is_unknown,
        campus_choices=choices,
        jobs=shown,
        older=_older(asked, shown) if len(rows) > PAGE_SIZE else "",
        state_chips=asked.chips("state", job_filters.state_words()),
        category_chips=asked.chips("category", _categories()),
        startable=_startable(),
        is_live=any(map(job_words.is_live, shown)),
        this_url=asked.url(before=asked.before),
    )
    if is_unknown:  # another's campus looks like no campus at all
        response.status_code = NOT_FOUND
    return response


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


def _older(asked: Filters, shown: list[Any]) -> str:
    return asked.url(before=f"{shown[-1].created_at.isoformat()}~{shown[-1].id}")


def _campus_choices(tx: Transaction) -> list[Any]:
    """The campuses of a person who has a few; the district types a number instead."""
    if scope.person().is_district_admin:
        return []
    return queries.run(
        tx,
        "pages/list_campuses",
        borough=None,
        search=None,
        after_name=None,
        after_id=None,
        most=MOST_CHOICES,
    ).fetchall()


def _categories() -> dict[str, str]:
    """The kinds of jobs that this person may come across."""
    is_district = scope.person().is_district_admin
    return {
        name: word for name, word in CATEGORY_WORDS.items() if is_district or name in OF_A_CAMPUS
    }


def _startable() -> list[tasks.JobType]:
    """The district's jobs that this person may start from the list."""
    if not scope.person().is_district_admin:
        return []
    kinds = sorted(tasks.job_types().values(), key=lambda kind: -kind.priority)
    return [kind for kind in kinds if kind.on_request and kind.scope == "district"]


@bp.post("/")
def start() -> Response:
    """Start a job for a campus and go to its page; the same work is never asked for twice."""
    task = request.form.get("task", "")
    with scope.transaction() as tx:
        if task not in tasks.job_types() or not tasks.find(task).on_request:
            abort(400)
        campus = queries.one(tx, "pages/find_campus", campus=request.form.get("campus", ""))
        if campus is None:
            abort(404)
        try:
            job_id = enqueue.start(tx, task, campus.campus_id, reason=_reason())
        except DuplicateJobError as duplicate:
            job_id = duplicate.job_id
            flash(str(duplicate))
        except InvalidJobError as refusal:  # such as no attendance to work on yet
            flash(str(refusal), "error")
            return redirect(_page_of(campus), 303)
    return redirect(url_for("jobs.show", job_id=job_id), 303)


def _page_of(campus: Any) -> str:  # noqa: ANN401 (a row)
    is_school = campus.kind == "school"
    return url_for("today.show", campus=campus.sourced_id) if is_school else url_for("jobs.index")


def _reason() -> str:
    return request.form.get("reason", "").strip()[:200] or NO_REASON


@bp.get("/<int:job_id>")
def show(job_id: int) -> Response:
    """One job: what happened and what to do. Its panel polls this address until the job ends."""
    with scope.transaction() as tx:
        moment = queries.one(tx, "pages/moment")
        job = queries.one(tx, "pages/show_job", job_id=job_id)
        if job is None:  # another campus's job looks like no job at all
            abort(404)
        attempts = queries.run(tx, "pages/list_attempts", job_id=job_id).fetchall()
        last = {"job_id": job_id, "attempt": job.attempt_count, "most": MOST_LINES}
        log_lines = queries.run(tx, "pages/log_lines", **last).fetchall()
        relatives = job_graph.around(tx, job)
    return htmx.render(
        "jobs/show.html",
        "jobs/_job.html",
        moment=moment,
        job=job,
        verdict=job_words.job_verdict(job),
        progress=job_words.job_line(job, job.zone, job.now),
        given=job_words.facts(job.arguments),
        found=job_words.facts(job.result),
        attempts=attempts,
        log_lines=log_lines,
        relatives=relatives,
        may_act=scope.person().may_start(job.campus_id),
        is_engineer=scope.person().is_district_admin,
    )


@bp.post("/<int:job_id>/cancel")
def cancel(job_id: int) -> Response:
    """Stop the job: a waiting one at once, a running one within seconds."""
    with scope.transaction() as tx:
        state = enqueue.cancel(tx, job_id, _reason())
    words = {
        "cancelled": "The job was stopped.",
        "running": "The job stops within a few seconds. What is done is kept.",
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
