"""Two layers against forged requests, and headers that leave nothing to chance."""

import re

import pytest

from schoolbell.tests.bare_app import bare_app
from schoolbell.webapp import security

SAME = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def client():
    return bare_app().test_client()


def token(client, **options):
    page = client.get("/panel", **options).text
    return re.search(r'name="csrf-token" content="([^"]+)"', page)[1]


def post(client, headers, **options):
    sent = {"X-CSRFToken": token(client, **options), **headers}
    return client.post("/change", headers=sent, **options).status_code


@pytest.mark.parametrize("path", ["/panel", "/fail/404", "/nowhere", "/static/app.css"])
def test_every_answer_carries_the_headers(client, path):
    headers = client.get(path, buffered=True).headers
    assert {name: headers[name] for name in security.HEADERS} == security.HEADERS


def test_the_policy_allows_nothing_inline_and_no_other_site():
    assert "unsafe" not in security.CONTENT_POLICY
    assert security.CONTENT_POLICY.startswith("default-src 'none'; script-src 'self'; ")
    assert "//" not in security.CONTENT_POLICY


def test_pages_and_errors_are_never_kept_by_a_cache(client):
    for path in ("/panel", "/fail/404", "/static/missing.css"):
        assert client.get(path, buffered=True).headers["Cache-Control"] == "no-store"


def test_only_https_promises_https(client):
    assert "Strict-Transport-Security" not in client.get("/panel").headers
    secure = client.get("/panel", base_url="https://localhost")
    assert secure.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_the_session_cookie_is_guarded(client):
    plain = client.get("/panel").headers["Set-Cookie"]
    assert "HttpOnly" in plain
    assert "SameSite=Lax" in plain
    assert "Secure" not in plain


def test_over_https_the_session_cookie_stays_there(client):
    secure = client.get("/panel", base_url="https://localhost")
    assert "Secure" in secure.headers["Set-Cookie"]


def test_a_change_with_its_token_from_our_own_page_passes(client):
    assert post(client, SAME) == 200


def test_a_change_without_its_token_is_refused(client):
    assert post(client, {**SAME, "X-CSRFToken": "forged"}) == 400


def test_the_token_of_another_session_is_refused(client):
    other = token(bare_app().test_client())
    assert post(client, {**SAME, "X-CSRFToken": other}) == 400


def test_a_token_does_not_expire_while_the_page_stays_open(client):
    assert client.application.config["WTF_CSRF_TIME_LIMIT"] is None


@pytest.mark.parametrize("site", ["cross-site", "same-site", "nonsense"])
def test_another_site_is_refused_even_with_a_valid_token(client, site):
    assert post(client, {"Sec-Fetch-Site": site}) == 403


@pytest.mark.parametrize(
    ("origin", "status"),
    [("http://localhost", 200), ("http://localhost:81", 403), ("http://evil", 403), ("null", 403)],
)
def test_older_browsers_are_judged_by_origin(client, origin, status):
    assert post(client, {"Origin": origin}) == status


def test_a_program_that_sends_neither_still_needs_the_token(client):
    assert post(client, {}) == 200
    assert client.post("/change").status_code == 400


def test_the_address_bar_may_reach_a_page_from_anywhere(client):
    assert client.get("/panel", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200
