"""Signing in and out: who gets a session, how long it lasts, and what of it is written down."""

import hashlib

import pytest
from argon2 import PasswordHasher
from psycopg import errors

from schoolbell.queue import accounts, db
from schoolbell.tests import factories as make
from schoolbell.webapp import security

WRONG = "That name and password do not match. Check both and try again."
TOO_MANY = "Too many tries. Wait 15 minutes, then try again."


def sign_in(client, login, password=make.PASSWORD, **options):
    form = {"login": login, "password": password, "csrf_token": make.csrf(client, "/sign-in")}
    return client.post("/sign-in" + options.pop("query", ""), data=form, **options)


@pytest.fixture
def office(owner):
    """Make an account that may sign in, and the campus that it belongs to."""
    campus = make.campus(owner, "01M001")
    return make.account(owner, "office", "campus_admin", campus)


def acts(owner):
    rows = owner.execute("select actor, action, object, outcome from audit_log order by entry_id")
    return [tuple(row) for row in rows]


def test_a_wrong_password_is_answered_with_what_to_do(office, client):
    answer = sign_in(client, "office", "wrong")
    assert answer.status_code == 401
    assert WRONG in answer.text
    assert client.get("/jobs/").status_code == 302


def test_an_unknown_name_is_answered_in_the_same_words(office, client):
    known, unknown = sign_in(client, "office", "wrong"), sign_in(client, "nobody", "wrong")
    assert (unknown.status_code, WRONG in unknown.text) == (401, True)
    assert unknown.text.replace("nobody", "office").count("office") == known.text.count("office")


def test_an_unknown_name_costs_as_much_time_as_a_known_one(office, monkeypatch):
    verified = []
    monkeypatch.setattr(accounts, "_matches", lambda hash_, _: bool(verified.append(hash_)))
    accounts.sign_in("office", "wrong")
    accounts.sign_in("nobody", "wrong")
    assert [hash_.startswith("$argon2id$v=19$m=19456,t=2,p=1$") for hash_ in verified] == [True] * 2


def test_a_disabled_account_gets_no_session(owner, office):
    owner.execute("update accounts set disabled_at = clock.now()")
    assert accounts.sign_in("office", make.PASSWORD) == accounts.SignIn(None, WRONG)


def test_who_has_lost_their_last_role_is_signed_out_and_stays_out(owner, office, client):
    make.signed_in(client, "office")
    owner.execute("delete from account_roles")
    assert client.get("/jobs/").headers["Location"].startswith("/sign-in")
    assert accounts.sign_in("office", make.PASSWORD).refusal == WRONG


def test_an_account_without_a_true_hash_cannot_be_signed_in_to(owner, office):
    for hash_ in ("!", "", make.PASSWORD):
        owner.execute("update accounts set password_hash = %s", (hash_,))
        for password in ("!", "", make.PASSWORD):
            assert accounts.sign_in("office", password).refusal == WRONG


def test_after_ten_wrong_passwords_the_right_one_waits_too(owner, office):
    owner.execute("insert into signin_failures (login) select 'office' from generate_series(1, 9)")
    assert accounts.sign_in("office", "wrong").refusal == WRONG
    assert accounts.sign_in("office", make.PASSWORD).refusal == TOO_MANY
    owner.execute("insert into clock.frozen values (now() + interval '16 minutes')")
    assert accounts.sign_in("office", make.PASSWORD).token


def test_one_persons_wrong_passwords_hold_up_nobody_else(owner, office):
    owner.execute("insert into signin_failures (login) select 'other' from generate_series(1, 50)")
    assert accounts.sign_in("office", make.PASSWORD).token


def test_a_name_too_long_to_keep_is_slowed_down_as_well(owner, office):
    long = "office" * 50
    for _ in range(accounts.MOST_FAILURES):
        owner.execute("insert into signin_failures (login) values (left(%s, 100))", (long,))
    assert accounts.sign_in(long, "wrong").refusal == TOO_MANY


def test_an_old_hash_is_made_anew_at_the_next_sign_in(owner, office):
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(make.PASSWORD)
    owner.execute("update accounts set password_hash = %s", (weak,))
    assert accounts.sign_in("office", make.PASSWORD).token
    [kept] = owner.execute("select password_hash from accounts").fetchone()
    assert kept != weak
    assert not accounts.hasher.check_needs_rehash(kept)
    assert accounts.hasher.verify(kept, make.PASSWORD)


def test_a_session_is_a_row_that_holds_the_tokens_hash(owner, office):
    token = accounts.sign_in("office", make.PASSWORD).token
    [row] = owner.execute("select token_hash, account_id from web_sessions").fetchall()
    assert (row.token_hash, row.account_id) == (hashlib.sha256(token.encode()).digest(), office)


def test_signing_out_ends_the_session_and_a_copied_cookie_with_it(owner, office, client):
    make.signed_in(client, "office")
    copied = client.get_cookie("session").value
    assert make.post(client, "/sign-out").status_code == 302
    assert owner.execute("select 1 from web_sessions").fetchall() == []
    client.set_cookie("session", copied)
    assert client.get("/jobs/").headers["Location"].startswith("/sign-in")


def test_signing_out_leaves_the_persons_other_sessions(owner, office, app, client):
    at_home = make.signed_in(app.test_client(), "office")
    make.signed_in(client, "office")
    make.post(client, "/sign-out")
    assert at_home.get("/jobs/").status_code == 200


def test_a_session_that_is_not_used_ends(owner, office, client):
    make.signed_in(client, "office")
    owner.execute("insert into clock.frozen values (now() + interval '11 hours 59 minutes')")
    assert client.get("/jobs/").status_code == 200
    owner.execute("update clock.frozen set at = at + interval '11 hours 59 minutes'")
    assert client.get("/jobs/").status_code == 200  # it was used meanwhile
    owner.execute("update clock.frozen set at = at + interval '12 hours 1 minute'")
    assert client.get("/jobs/").status_code == 302


def test_a_session_ends_after_seven_days_however_much_it_is_used(owner, office, client):
    make.signed_in(client, "office")
    owner.execute("insert into clock.frozen values (now())")
    for _ in range(16):
        assert client.get("/jobs/").status_code == 200
        owner.execute("update clock.frozen set at = at + interval '10 hours 31 minutes'")
    assert client.get("/jobs/").status_code == 302


def test_another_browser_cannot_use_the_cookie(office, client):
    make.signed_in(client, "office")
    answer = client.get("/jobs/", headers={"User-Agent": "another browser"})
    assert answer.headers["Location"].startswith("/sign-in")


def test_a_cookie_that_was_written_by_hand_is_worth_nothing(office, client):
    make.signed_in(client, "office")
    head, _, signature = client.get_cookie("session").value.rpartition(".")
    for forged in (f"{head}.{signature[::-1]}", "x" + client.get_cookie("session").value, "x"):
        client.set_cookie("session", forged)
        assert client.get("/jobs/").headers["Location"].startswith("/sign-in")


def test_signing_in_changes_the_token_each_time(office, client):
    tokens = {accounts.sign_in("office", make.PASSWORD).token for _ in range(3)}
    assert len(tokens) == 3
    assert min(map(len, tokens)) >= 43  # 32 random bytes


OTHER_SITES = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "/%09/evil.example/",
    "/%0a/evil.example/",
    "%09//evil.example/",
    "/%5c/evil.example/",
    "http://localhost@evil.example/",
    "http://localhost//evil.example/",
    "http://localhost.evil.example/",
    "javascript:alert(1)",
    "jobs/",
    "",
)


def test_signing_in_never_leads_to_another_site(office, app):
    for wanted in OTHER_SITES:
        answer = sign_in(app.test_client(), "office", query=f"?next={wanted}")
        assert answer.headers["Location"] == "/", wanted


def test_signing_in_leads_back_to_a_page_of_ours(office, app):
    for wanted in ("/jobs/", "/jobs/?state=failed", "http://localhost/jobs/"):
        answer = sign_in(app.test_client(), "office", query=f"?next={wanted}")
        assert answer.headers["Location"] == wanted.removeprefix("http://localhost")


def test_choosing_a_theme_never_leads_to_another_site(office, client):
    make.signed_in(client, "office")
    for wanted in ("//evil.example", "/\t/evil.example", "/\\evil.example"):
        answer = make.post(client, "/theme", choice="dark", next=wanted)
        assert answer.headers["Location"] == "/"


def test_a_page_asked_for_while_signed_out_is_come_back_to(office, client):
    asked = client.get("/jobs/?state=failed").headers["Location"]
    assert asked == "/sign-in?next=/jobs/?state%3Dfailed"


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
