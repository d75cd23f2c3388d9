"""Housekeeping: sign-ins that have ended are forgotten, those that count are kept."""

from schoolbell.tests import factories as make


def clean_up(owner):
    [job] = make.start("cleanup_sessions", [make.district(owner)])
    make.work()
    return make.show(owner, job).result


def test_only_sign_ins_that_have_ended_are_forgotten(owner):
    account = make.account(owner, "dora", "district_admin")
    for token, left in ((b"old", "-1 second"), (b"new", "1 hour")):
        owner.execute(
            "insert into web_sessions (token_hash, account_id, expires_at)"
            " values (%s, %s, now() + %s::interval)",
            (token, account, left),
        )
    assert clean_up(owner)["sessions"] == 1
    assert owner.execute("select token_hash from web_sessions").fetchall() == [(b"new",)]


def test_failed_tries_are_forgotten_after_a_day(owner):
    owner.execute(
        "insert into signin_failures values ('dora', now() - interval '25 hours'), ('dora', now())"
    )
    assert clean_up(owner) == {"sessions": 0, "failed_sign_ins": 1}
    assert owner.execute("select count(*) from signin_failures").fetchone()[0] == 1


def test_cleaning_up_twice_removes_nothing_more(owner):
    owner.execute("insert into signin_failures values ('dora', now() - interval '25 hours')")
    clean_up(owner)
    assert clean_up(owner) == {"sessions": 0, "failed_sign_ins": 0}
