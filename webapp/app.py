"""The web application: pages are found, not listed, and every answer passes the same gates."""

import importlib
import pkgutil
from typing import Any

import psycopg
from flask import Flask, Response, abort, request, url_for
from flask_login import current_user
from werkzeug.exceptions import HTTPException

from schoolbell.queue import db, queries
from schoolbell.queue.errors import (
    CampusNotFoundError,
    DuplicateJobError,
    InvalidJobError,
    RightMissingError,
    SetupError,
)
from schoolbell.queue.monitoring import time_left
from schoolbell.queue.settings import settings
from schoolbell.queue.tasks import title
from schoolbell.webapp import assets, auth, errors, filters, job_words, scope, security, states

# A form of this product holds a few short fields; files come in through the command line.
MOST_BYTES = 1_000_000
# A list on which nothing runs asks for news less often: by default every 30 s instead of 5.
IDLE_FACTOR = 6


def create_app() -> Flask:
    """Make the application that gunicorn serves; it needs the home of a finished set-up."""
    app = Flask("schoolbell.webapp", static_folder="../static", template_folder="../templates")
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    app.secret_key = _secret_key()
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(filters.FILTERS)
    app.jinja_env.globals.update(
        STATES=states.STATES,
        job_title=title,
        job_line=job_words.job_line,
        time_left=time_left.words_for,
        page_poll=_interval(settings().page_poll_seconds),
        page_poll_idle=_interval(IDLE_FACTOR * settings().page_poll_seconds),
    )
    security.init_security(app)
    assets.init_assets(app)
    errors.init_errors(app)
    auth.init_auth(app)
    _add_pages(app)
    _map_errors(app)
    app.context_processor(_frame)
    app.add_url_rule("/health", view_func=health)
    return app


def health() -> Response:
    """Say that the pages and the database behind them answer; for supervisors, signed out."""
    with db.transaction("web") as tx:
        queries.run(tx, "pages/ping")
    return Response("ok\n", mimetype="text/plain")


def _secret_key() -> str:
    try:
        return settings().secret_key_file.read_text()
    except FileNotFoundError as missing:
        message = f"Schoolbell is not set up in {settings().home}: start it once with ./run."
        raise SetupError(message) from missing


def _interval(seconds: float) -> str:
    """Write an interval for htmx, which takes 0.3s for no interval at all and polls on and on."""
    return f"{max(round(seconds * 1000), 1)}ms"


def _add_pages(app: Flask) -> None:
    package = importlib.import_module("schoolbell.webapp.pages")
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        app.register_blueprint(importlib.import_module(module.name).bp)


def _map_errors(app: Flask) -> None:
    """Give the queue's refusals their answers; another campus's things do not exist."""

    def not_found(_: Exception) -> Any:  # noqa: ANN401 (never returns)
        abort(404)

    def refused(error: RightMissingError) -> Any:  # noqa: ANN401 (never returns)
        scope.log_refusal(
            f"{request.method} {request.endpoint}",
            campus_id=error.campus_id,
            job_id=error.job_id,
        )
        abort(403)

    def unusable(error: Exception) -> Any:  # noqa: ANN401 (never returns)
        abort(400, str(error))

    def unusable_text(_: Exception) -> Any:  # noqa: ANN401 (never returns)
        abort(400)  # a number too large, a zero byte: nothing that a form of ours sends

    def unreachable(_: Exception) -> Any:  # noqa: ANN401 (never returns)
        abort(503)

    for kind, answer in (
        (CampusNotFoundError, not_found),
        (psycopg.errors.InsufficientPrivilege, not_found),
        (RightMissingError, refused),
        (psycopg.DataError, unusable_text),
        (InvalidJobError, unusable),
        (DuplicateJobError, unusable),
        (SetupError, unreachable),
        (psycopg.OperationalError, unreachable),
    ):
        app.register_error_handler(kind, _answering(app, answer))


def _answering(app: Flask, answer: Any) -> Any:  # noqa: ANN401 (a handler of Flask's)
    """Turn an abort inside an error handler into the page of that error."""

    def handler(error: Exception) -> Any:  # noqa: ANN401
        try:
            return answer(error)
        except HTTPException as http:
            return app.handle_http_exception(http)

    return handler


def _frame() -> dict[str, Any]:
    """What every page's frame shows; nothing of it asks the database while an error is shown."""
    if not current_user.is_authenticated:
        return {"nav": [], "account": None, "theme": None, "place": ""}
    person = scope.person()
    return {
        "nav": _navigation(person),
        "account": person,
        "theme": person.theme,
        "place": "",
    }


def _navigation(person: scope.Person) -> list[dict[str, Any]]:
    entries = (
        [("Overview", "overview.show", "home"), ("Jobs", "jobs.index", "jobs")]
        if person.is_district_admin
        else [("Today", "today.own", "today"), ("Jobs", "jobs.index", "jobs")]
    )
    if person.is_district_admin:
        entries.append(("Campuses", "campuses.index", "campuses"))
    page = (request.endpoint or "").partition(".")[0]
    return [
        {
            "label": label,
            "url": url_for(endpoint),
            "icon": icon,
            "is_current": endpoint.startswith(f"{page}."),
        }
        for label, endpoint, icon in entries
    ]
