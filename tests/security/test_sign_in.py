"""Signing in and out: who gets a session, how long it lasts, and what of it is written down."""

import hashlib

from argon2 import PasswordHasher

from schoolbell.queue import accounts
from schoolbell.tests import factories as make
from schoolbell.tests.security.attempts import sign_in

WRONG = "That name and password do not match. Check both and try again."
TOO_MANY = "Too many tries. Wait 15 minutes, then try again."


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
    make.account(owner, "other", "district_admin")
    make.signed_in(client, "office")
    owner.execute("delete from account_roles where account_id = %s", (office,))
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
