"""One URL, two sizes: the page for a browser, its partial for a poll."""

from typing import Any

from flask import Response, make_response, render_template, request

HEADERS = ("HX-Request", "HX-Request-Type")


def is_htmx() -> bool:
    """Say whether the request wants only a part of the page."""
    partial = request.headers.get("HX-Request-Type", "partial") == "partial"
    return partial and request.headers.get("HX-Request") == "true"


def render(page: str, partial: str, **context: Any) -> Response:  # noqa: ANN401 - template values
    """Render the partial for htmx and the page for everybody else."""
    response = make_response(render_template(partial if is_htmx() else page, **context))
    response.vary.update(HEADERS)
    return response
