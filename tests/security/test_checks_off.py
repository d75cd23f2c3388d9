"""The same attempts with every check of the web switched off: only the database stands between."""

from dataclasses import replace

import pytest

from schoolbell.queue import db, enqueue, queries
from schoolbell.tests import factories as make
from schoolbell.tests.security import attempts
from schoolbell.tests.security import world as worlds
from schoolbell.tests.security.attempts import ATTEMPTS
from schoolbell.tests.security.test_routes import heard
from schoolbell.webapp import auth, scope

BELIEFS = {
    "a campus of both": ("admin", False),
    "a district admin": ("admin", True),
    "signed out, as a campus": (None, False),
    "signed out, as the district": (None, True),
}


@pytest.fixture(params=BELIEFS)
def blind(request, app, world, client, monkeypatch):
    """Return a browser whose pages check nothing and take its person for more than they are."""
    login, is_district_admin = BELIEFS[request.param]
    app.testing = False  # a page that was lied to may fail, but it must not tell
    both = [world.a, world.b]
    more = {"is_district_admin": is_district_admin, "campus_ids": both, "startable_ids": both}
    if login is None:
        sign_in_nobody(app, monkeypatch, more)
    else:
        make.signed_in(client, login)
        app.login_manager.user_loader(lambda token: replace(scope.load_person(token), **more))
    app.config["WTF_CSRF_ENABLED"] = False
    monkeypatch.setattr(enqueue, "check_start", lambda *_: None)
    monkeypatch.setattr(scope.Person, "may_start", lambda *_: True)
    monkeypatch.setattr(queries, "one", forger(world))
    return client


def sign_in_nobody(app, monkeypatch, more):
    """Let everybody past the sign-in, as a person with a forged token."""
    nobody = scope.Person("forged", 1, "nobody", "Nobody", "auto", "auditor", **more)
    monkeypatch.setattr(auth, "OPEN_TO_ALL", {*ATTEMPTS, None})
    monkeypatch.setattr(scope, "person", lambda: nobody)
    app.config["LOGIN_DISABLED"] = True


def forger(world):
    """Return a `queries.one` that hands B's ids to a page when the database hides the row."""
    really = queries.one
    with db.transaction("web", acting_as=db.CAMPUS, token="admin") as tx:
        campus = really(tx, "pages/find_campus", campus="01M001")
        job = really(tx, "pages/show_job", job_id=world.own_job)
        moment = really(tx, "pages/moment")
    states = {job_id: state for state, job_id in world.jobs.items()}

    def one(tx, name, /, **asked):
        row = really(tx, name, **asked)
        if row is None and name == "pages/find_campus":
            return campus._replace(campus_id=world.b, name="?", sourced_id="?")
        if row is None and name == "pages/show_job":
            forged = {"id": asked["job_id"], "state": states.get(asked["job_id"], "failed")}
            return job._replace(campus_id=world.b, campus="?", campus_name="?", **forged)
        return moment if row is None and name == "pages/moment" else row

    return one


def test_with_every_check_of_the_web_off_the_database_keeps_b_to_itself(owner, world, blind):
    before = worlds.everything_of(owner, world.b)
    for attempt in (attempt for tried in ATTEMPTS.values() for attempt in tried):
        for url, form in attempts.at_b(attempt, world):
            answer = attempts.send(blind, attempt.method, url, form, "")
            assert heard(answer, url + str(form)) == [], url
            assert worlds.everything_of(owner, world.b) == before, url


def test_the_checks_are_off(world, blind):
    """The pages do believe it: what they are told of B, they go on with."""
    answer = blind.get(f"/c/{worlds.NUMBER}")
    assert answer.status_code == 200
    assert "?" in answer.text
