"""Pages for what went wrong: plain words and what to do next, readable signed out."""

from flask import Flask, current_app, render_template
from werkzeug.exceptions import HTTPException

CODES = (400, 403, 404, 405, 413, 429, 500, 503)
WITHOUT_DATA = {500, 503}


def init_errors(app: Flask) -> None:
    """Answer each code that has a page with that page."""
    for code in CODES:
        app.register_error_handler(code, sorry)


def sorry(error: HTTPException) -> tuple[str, int, list[tuple[str, str]]]:
    """Render the page of an error; context processors may need the database that is down."""
    code = error.code or 500
    name = f"errors/{code}.html"
    if code in WITHOUT_DATA:
        page = current_app.jinja_env.get_template(name).render()
    else:
        page = render_template(name)
    return page, code, _kept_headers(error)


def _kept_headers(error: HTTPException) -> list[tuple[str, str]]:
    return [pair for pair in error.get_headers() if pair[0] in {"Allow", "Retry-After"}]
