"""The same address gives a page or its partial, and caches are told why."""

import pytest

from schoolbell.tests.bare_app import bare_app
from schoolbell.webapp import htmx


def rendered(headers):
    app = bare_app()
    with app.test_request_context("/", headers=headers):
        return htmx.render("errors/404.html", "macros/sprite.svg")


@pytest.mark.parametrize(
    ("headers", "is_page"),
    [
        ({}, True),
        ({"HX-Request": "true"}, False),
        ({"HX-Request": "true", "HX-Request-Type": "partial"}, False),
        ({"HX-Request": "true", "HX-Request-Type": "full"}, True),
        ({"HX-Request": "false"}, True),
    ],
)
def test_only_a_poll_gets_the_partial(headers, is_page):
    assert ("<html" in rendered(headers).get_data(as_text=True)) is is_page


def test_the_answer_varies_by_who_asks():
    assert "HX-Request" in rendered({}).vary
