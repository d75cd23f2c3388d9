"""Every route, tried by people who should not get through it."""

import re

import pytest

from schoolbell.tests import factories as make
from schoolbell.tests.security import attempts
from schoolbell.tests.security import world as worlds
from schoolbell.tests.security.attempts import ATTEMPTS, OPEN_TO_ALL

HTMX = {"HX-Request": "true"}
ACTS = ("jobs.start", "jobs.cancel", "jobs.again")


@pytest.fixture
def still(owner):
    """Stop the clock, so that two answers differ in what they say alone."""
    owner.execute("insert into clock.frozen values ('2016-06-28 10:00+00')")


def words(answer):
    """Return everything that an answer says, without what differs at every request."""
    text = answer.get_data(as_text=True) + answer.headers.get("Location", "")
    text = re.sub(r'(name="csrf[-_]token" (?:content|value)=)"[^"]+"', r"\1", text)
    return re.sub(rf"{worlds.NUMBER}|{attempts.NO_NUMBER}|9130\d\d|{attempts.NO_JOB}", "?", text)


def heard(answer, url):
    """Return what an answer tells of B, but for what the asker had written themselves."""
    text = answer.get_data(as_text=True) + str(answer.headers)
    number = worlds.NUMBER if worlds.NUMBER in url else ""
    for job in re.findall(r"9130\d\d", url):
        text = text.replace(job, "")
    if "quagga" in url.lower():
        text = re.sub(r"(?i)quagga(%20| |\+)?(school)?", "", text)
    return worlds.seen_of_b(text, but=number)


def test_every_route_has_its_attempts(app):
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(ATTEMPTS)


@pytest.mark.parametrize("endpoint", ATTEMPTS)
def test_a_campus_admin_reaches_nothing_of_another_campus(owner, world, client, endpoint):
    make.signed_in(client, "admin")
    token = make.csrf(client, "/jobs/")
    before = worlds.everything_of(owner, world.b)
    for attempt in ATTEMPTS[endpoint]:
        for url, form in attempts.at_b(attempt, world):
            answer = attempts.send(client, attempt.method, url, form, token)
            assert answer.status_code == attempt.status, url
            assert heard(answer, url + str(form)) == []
    assert worlds.everything_of(owner, world.b) == before


@pytest.mark.parametrize("endpoint", sorted(set(ATTEMPTS) - {"auth.sign_out"}))
def test_another_campus_looks_like_no_campus_at_all(still, world, client, endpoint):
    make.signed_in(client, "admin")
    token = make.csrf(client, "/jobs/")
    for attempt in ATTEMPTS[endpoint]:
        nothing = attempts.send(client, attempt.method, *attempts.at_nothing(attempt), token)
        for url, form in attempts.at_b(attempt, world):
            answer = attempts.send(client, attempt.method, url, form, token)
            assert words(answer) == words(nothing), url


@pytest.mark.parametrize("endpoint", ["today.show", "jobs.index", "jobs.show", "campuses.index"])
def test_a_poll_hears_nothing_of_another_campus_either(world, client, endpoint):
    make.signed_in(client, "admin")
    for attempt in ATTEMPTS[endpoint]:
        for url, _ in attempts.at_b(attempt, world):
            answer = client.get(url, headers=HTMX)
            assert answer.status_code == attempt.status
            assert heard(answer, url) == []


def test_the_district_sees_what_the_campus_must_not(owner, world, client):
    """The words that the other tests look for are really on these pages."""
    make.signed_in(client, "district")
    pages = ["/jobs/", "/campuses/", f"/c/{worlds.NUMBER}"]
    pages += [f"/jobs/{job}" for job in world.jobs.values()]
    seen = {word for page in pages for word in worlds.seen_of_b(client.get(page).text)}
    jobs = {str(job) for job in world.jobs.values()}
    assert {worlds.QUAGGA, worlds.NUMBER, "66.1"} | jobs <= seen


@pytest.mark.parametrize("login", ["viewer", "auditor"])
@pytest.mark.parametrize("endpoint", ACTS)
def test_who_may_only_look_is_refused_at_home_and_it_is_logged(
    owner, world, client, login, endpoint
):
    make.signed_in(client, login)
    before = worlds.everything_of(owner, world.a) | {"audit_log": []}
    answer = attempts.send(client, "POST", *at_home(world, endpoint), make.csrf(client, "/jobs/"))
    assert answer.status_code == 403
    [entry] = owner.execute("select * from audit_log where outcome = 'refused'").fetchall()
    assert (entry.campus_id, entry.actor) == (world.a, login.title())
    assert entry.action == f"POST {endpoint}"
    assert worlds.everything_of(owner, world.a) | {"audit_log": []} == before


def at_home(world, endpoint):
    """Return the address and form of an act at the asker's own campus."""
    return {
        "jobs.start": ("/jobs/", {"campus": "01M001", "task": attempts.TASK}),
        "jobs.cancel": (f"/jobs/{world.own_job}/cancel", {}),
        "jobs.again": (f"/jobs/{world.own_job}/again", {}),
    }[endpoint]


@pytest.mark.parametrize("login", ["viewer", "auditor"])
def test_who_may_only_look_at_home_hears_nothing_of_another_campus(owner, world, client, login):
    make.signed_in(client, login)
    token = make.csrf(client, "/jobs/")
    for attempt in (attempt for endpoint in ACTS for attempt in ATTEMPTS[endpoint]):
        for url, form in attempts.at_b(attempt, world):
            answer = attempts.send(client, "POST", url, form, token)
            assert answer.status_code == 404, url
            assert heard(answer, url + str(form)) == []
    assert owner.execute("select 1 from audit_log where outcome = 'refused'").fetchall() == []


BEHIND_THE_SIGN_IN = [
    attempt
    for endpoint in ATTEMPTS
    if endpoint not in OPEN_TO_ALL
    for attempt in ATTEMPTS[endpoint]
]


def test_the_signed_out_are_sent_to_the_sign_in_page(owner, world, client):
    token = make.csrf(client, "/sign-in")
    before = worlds.everything_of(owner, world.b)
    for attempt in BEHIND_THE_SIGN_IN:
        for url, form in attempts.at_b(attempt, world):
            answer = attempts.send(client, attempt.method, url, form, token)
            assert answer.status_code == 302, url
            assert answer.headers["Location"].startswith("/sign-in")
            assert heard(answer, url) == []
    assert worlds.everything_of(owner, world.b) == before


def test_a_poll_of_the_signed_out_hears_401(world, client):
    token = make.csrf(client, "/sign-in")
    for attempt in BEHIND_THE_SIGN_IN:
        url, form = attempts.at_b(attempt, world)[0]
        sent = {"data": {**form, "csrf_token": token}} if attempt.method == "POST" else {}
        answer = client.open(url, method=attempt.method, headers=HTMX, **sent)
        assert answer.status_code == 401, url


def test_no_other_method_does_more(owner, world, client):
    make.signed_in(client, "admin")
    token = make.csrf(client, "/jobs/")
    before = worlds.everything_of(owner, world.b)
    for tried in ATTEMPTS.values():
        url, _ = attempts.at_b(tried[-1], world)[0]
        for method in ("PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "HEAD"):
            answer = client.open(url, method=method, headers={"X-CSRFToken": token}, buffered=True)
            assert heard(answer, url) == []
            assert answer.status_code < 500
    assert worlds.everything_of(owner, world.b) == before


NASTY = (
    "99999999999999999999999",
    "-1",
    "²",
    "\x00",
    "a\x00b",
    "~",
    "x~99999999999999999999",
    "0001-01-01T00:00:00~1",
    "2016-01-01~99999999999999999999",
    "'; drop table jobs; --",
    "%s %(campus)s",
    "\ud7ff\N{PILE OF POO}",
    "a" * 5000,
)


@pytest.mark.parametrize("endpoint", sorted(set(ATTEMPTS) - {"auth.sign_out", "static"}))
def test_whatever_is_sent_is_answered_in_order(app, world, client, endpoint):
    app.testing = False
    make.signed_in(client, "admin")
    token = make.csrf(client, "/jobs/")
    [rule] = app.url_map.iter_rules(endpoint)
    for nasty in NASTY:
        url = re.sub(r"<[^>]+>", lambda _, value=nasty: value.replace("%", "%25"), rule.rule)
        for fields in sent_with(nasty):
            sent = {"data": fields | {"csrf_token": token}} if "POST" in rule.methods else {}
            method = "POST" if sent else "GET"
            answer = client.open(url, method=method, query_string=fields, **sent)
            assert answer.status_code < 500, (url, fields)


def sent_with(nasty):
    """Put the nasty value into every field, then into some among others that are in order."""
    everywhere = dict.fromkeys(("campus", "reason", "login", "password", "search", "next"), nasty)
    yield everywhere | {"task": attempts.TASK}
    yield {"before": nasty, "after": nasty, "task": attempts.TASK, "campus": "01M001"}
    yield {"task": attempts.TASK, "campus": "01M001", "reason": nasty, "state": nasty}


def test_what_people_write_is_shown_as_text(owner, world, client):
    written = "<img src=x onerror=alert(1)> & 'quoted' \"so\""
    job = make.job(owner, world.a, "failed", key="written", reason=written, error=written)
    owner.execute("update campuses set name = %s where campus_id = %s", (written, world.a))
    owner.execute("update accounts set name = %s where login = 'admin'", (written,))
    make.signed_in(client, "admin")
    for page in (
        f"/jobs/{job}",
        "/jobs/",
        "/c/01M001",
        "/campuses/",
        "/campuses/?search=<img%20x>",
    ):
        text = client.get(page).text
        assert "&lt;img" in text, page
        assert "<img" not in text, page
