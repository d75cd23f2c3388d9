"""What every change must carry, what every answer carries, and what the cookie is."""

import pytest

from schoolbell.tests import factories as make
from schoolbell.tests.security.attempts import sign_in
from schoolbell.webapp import security

POSTS = ["/sign-in", "/sign-out", "/theme", "/jobs/", "/jobs/1/cancel", "/jobs/1/again"]


def test_every_change_is_among_those_tried_here(app):
    rules = {
        rule.rule.replace("<int:job_id>", "1")
        for rule in app.url_map.iter_rules()
        if rule.methods & {"POST", "PUT", "PATCH", "DELETE"}
    }
    assert rules == set(POSTS)


def test_a_change_without_its_token_is_refused(office, client):
    make.signed_in(client, "office")
    for url in POSTS:
        assert client.post(url).status_code == 400, url
        assert client.post(url, data={"csrf_token": "forged"}).status_code == 400, url


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}]
)
def test_a_change_from_another_site_is_refused_even_with_its_token(office, client, headers):
    make.signed_in(client, "office")
    form = {"csrf_token": make.csrf(client, "/jobs/")}
    for url in POSTS:
        assert client.post(url, data=form, headers=headers).status_code == 403, url


@pytest.mark.parametrize("login", [None, "office"])
def test_every_answer_carries_the_headers(office, app, client, login):
    if login:
        make.signed_in(client, login)
    for rule in app.url_map.iter_rules():
        url = rule.rule.replace("<int:job_id>", "1").replace("<path:filename>", "app.css")
        for asked in (url, url + "?before=x&category=x"):
            headers = client.get(asked, buffered=True).headers
            assert {name: headers.get(name) for name in security.HEADERS} == security.HEADERS
            assert (headers["Cache-Control"] == "no-store") == (rule.endpoint != "static")


def test_the_session_cookie_is_guarded(office, client):
    plain = sign_in(client, "office").headers["Set-Cookie"].split("; ")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(plain)
    assert "Secure" not in plain
    assert not any(part.startswith(("Expires", "Max-Age", "Domain")) for part in plain)


def test_over_https_the_session_cookie_stays_there(office, client):
    secure = {"base_url": "https://localhost"}
    page = client.get("/sign-in", **secure)
    assert "Secure" in page.headers["Set-Cookie"]
    assert page.headers["Strict-Transport-Security"]


def test_the_cookie_holds_neither_name_nor_password_nor_role(office, app, client):
    make.signed_in(client, "office")
    with client.session_transaction() as kept:
        assert set(kept) == {"_user_id", "_fresh", "_id", "csrf_token"}
        assert len(kept["_user_id"]) == 43
