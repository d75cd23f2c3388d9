"""Error pages speak plainly, tell what to do, and need neither sign-in nor data."""

import logging

import pytest

from schoolbell.tests.bare_app import bare_app
from schoolbell.webapp import errors


@pytest.fixture
def client():
    return bare_app().test_client()


@pytest.mark.parametrize("code", errors.CODES)
def test_each_code_has_a_page_that_says_what_to_do(client, code, caplog):
    caplog.set_level(logging.CRITICAL)
    answer = client.get(f"/fail/{code}")
    assert answer.status_code == code
    assert "<h1>" in answer.text
    assert "Go to the first page" in answer.text


@pytest.mark.parametrize("code", [500, 503])
def test_the_page_for_a_dead_database_asks_no_context_processor(code):
    app = bare_app()
    app.context_processor(lambda: 1 / 0)
    assert app.test_client().get(f"/fail/{code}").status_code == code


def test_a_page_that_takes_no_post_says_what_it_takes(client):
    answer = client.post("/fail/404", headers={"X-CSRFToken": "any"})
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_fault_shows_no_trace(client, caplog):
    caplog.set_level(logging.CRITICAL)
    assert "a fault of ours" not in client.get("/fail/500").text
