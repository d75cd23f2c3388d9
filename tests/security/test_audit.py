"""Who did what is written down, in their own name, and nobody changes it afterwards."""

import pytest
from psycopg import errors

from schoolbell.queue import db
from schoolbell.tests import factories as make
from schoolbell.tests.security.attempts import sign_in


def acts(owner):
    rows = owner.execute("select actor, action, object, outcome from audit_log order by entry_id")
    return [tuple(row) for row in rows]


def test_signing_in_and_out_is_logged(owner, office, client):
    sign_in(client, "office", "wrong")
    make.signed_in(client, "office")
    make.post(client, "/sign-out")
    assert acts(owner) == [
        ("office", "sign in", "session", "refused"),
        ("office", "sign in", "session", "done"),
        ("office", "sign out", "session", "done"),
    ]


def test_what_people_do_to_jobs_is_logged_in_their_name(owner, office, client):
    make.report(owner, 2, {"2015-09-09": 90})
    make.signed_in(client, "office")
    task = "refresh_attendance_patterns"
    started = make.post(client, "/jobs/", campus="01M001", task=task, reason="for the meeting")
    job = started.headers["Location"]
    make.post(client, f"{job}/cancel", reason="too early")
    make.post(client, f"{job}/again")
    rows = owner.execute("select actor, action, reason from audit_log where campus_id = 2")
    assert {tuple(row) for row in rows} == {
        ("Office", f"start {task}", "for the meeting"),
        ("Office", f"cancel {task}", "too early"),
        ("Office", f"run again {task}", "run again from its page"),
    }


def test_a_password_stands_in_no_log_and_no_table(owner, office, client, caplog):
    sign_in(client, "office", "a wrong secret")
    make.signed_in(client, "office")
    for table in ("audit_log", "signin_failures", "accounts", "web_sessions"):
        rows = str(owner.execute(f"select t::text from {table} as t").fetchall())
        assert make.PASSWORD not in rows
        assert "a wrong secret" not in rows
    assert "secret" not in caplog.text


ROLES = [
    ("web", db.CAMPUS),
    ("web", db.DISTRICT),
    ("web", None),
    ("worker", None),
    ("worker", db.DISTRICT),
    ("signin", None),
]


CHANGES = ("update audit_log set actor = 'x'", "delete from audit_log", "truncate audit_log")


@pytest.mark.parametrize(("login", "role"), ROLES)
def test_nobody_who_serves_changes_the_log(world, login, role):
    for change in CHANGES:
        with (
            pytest.raises(errors.InsufficientPrivilege),
            db.transaction(login, acting_as=role, token="district") as tx,
        ):
            tx.execute(change)


@pytest.mark.parametrize("forged", [{"actor": "B"}, {"campus_id": 3}, {"at": "2015-01-01"}])
def test_nobody_writes_into_the_log_in_another_name_place_or_time(owner, world, forged):
    row = {"campus_id": world.a, "actor": "Admin"} | forged
    names = ", ".join(row)
    with (
        pytest.raises(errors.InsufficientPrivilege),
        db.transaction("web", acting_as=db.CAMPUS, token="admin") as tx,
    ):
        tx.execute(
            f"insert into audit_log ({names}, action, object, reason, outcome)"
            f" values ({', '.join(['%s'] * len(row))}, 'x', 'x', 'x', 'done')",
            tuple(row.values()),
        )
