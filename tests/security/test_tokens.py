"""Who asks is decided by the token of the transaction, and by nothing else that the asker says."""

from contextlib import ExitStack

import pytest
from psycopg import errors

from schoolbell.queue import accounts, db
from schoolbell.tests import factories as make
from schoolbell.tests.security import world as worlds

ROLES = (db.CAMPUS, db.DISTRICT)
# Tables where the world has no row of A, and those that a campus may not look at.
NOT_OF_A = {
    "account_roles",
    "district_days",
    "import_files",
    "job_attempts",
    "job_edges",
    "job_keys",
    "job_leases",
    "job_log_lines",
    "job_parts",
}


def rows_seen(owner, token, role):
    """Count the rows that a token's holder sees in each table with a campus."""
    seen = {}
    with db.transaction("web", acting_as=role, token=token) as tx:
        for table in worlds.tables(owner):
            try:
                with tx.transaction():
                    seen[table] = tx.execute(f"select count(*) from {table}").fetchone().count
            except errors.InsufficientPrivilege:
                seen[table] = 0
    return {table: count for table, count in seen.items() if count}


def test_the_world_leaves_no_table_empty(owner, world):
    owner.execute("insert into account_roles values (1, 'auditor', %s)", (world.b,))
    assert [name for name, rows in worlds.everything_of(owner, world.b).items() if not rows] == []


@pytest.mark.parametrize("role", ROLES)
def test_without_a_true_token_nothing_is_seen(owner, world, role):
    for token in (None, "", "forged", "ADMIN", "admin ", "district'--"):
        assert rows_seen(owner, token, role) == {}, token


@pytest.mark.parametrize("login", ["admin", "district"])
def test_an_expired_session_sees_nothing(owner, world, login):
    owner.execute("insert into clock.frozen values ('2100-01-01 00:00:00')")
    assert [rows_seen(owner, login, role) for role in ROLES] == [{}, {}]


@pytest.mark.parametrize("login", ["admin", "district"])
def test_a_signed_out_session_sees_nothing(owner, world, login):
    accounts.sign_out(login, login)
    assert [rows_seen(owner, login, role) for role in ROLES] == [{}, {}]


@pytest.mark.parametrize("login", ["admin", "district"])
def test_a_disabled_account_sees_nothing_from_now_on(owner, world, login):
    owner.execute("update accounts set disabled_at = clock.now() where login = %s", (login,))
    assert [rows_seen(owner, login, role) for role in ROLES] == [{}, {}]


def test_the_district_role_with_a_campus_token_sees_nothing(owner, world):
    assert rows_seen(owner, "admin", db.DISTRICT) == {}


def test_the_campus_role_with_the_districts_token_sees_nothing(owner, world):
    assert rows_seen(owner, "district", db.CAMPUS) == {}


def test_a_campus_sees_its_own_rows_and_no_other(owner, world):
    seen = rows_seen(owner, "admin", db.CAMPUS)
    assert seen["campuses"] == seen["jobs"] == 1
    assert seen["campus_day_reported"] == seen["metric_dirty"] == 2
    assert set(worlds.tables(owner)) - set(seen) == NOT_OF_A


def test_the_district_sees_all_of_them(owner, world):
    seen = rows_seen(owner, "district", db.DISTRICT)
    assert seen["campuses"] == 3
    assert seen["jobs"] == 5
    assert set(worlds.tables(owner)) - set(seen) == {"account_roles", "job_leases"}


@pytest.mark.parametrize("role", ROLES)
def test_a_jobs_token_shows_its_campus_alone(owner, world, role):
    seen = rows_seen(owner, "job of B", role)
    assert seen.get("campuses", 0) == (1 if role == db.CAMPUS else 0)
    assert seen.get("jobs", 0) == (4 if role == db.CAMPUS else 0)


def test_a_token_ends_with_its_transaction(world):
    carried = set()
    for _ in range(10):
        with db.transaction("web", acting_as=db.DISTRICT, token="district") as tx:
            assert tx.execute("select is_district() as yes").fetchone().yes
            carried.add(tx.info.backend_pid)
    with ExitStack() as stack:  # as many at once as the pool has, so that each is looked at
        left = {
            tx.info.backend_pid: tx.execute("select current_user::text, asker_account()").fetchone()
            for tx in (stack.enter_context(db.transaction("web")) for _ in range(6))
        }
    assert carried <= set(left)
    assert set(left.values()) == {("schoolbell_web", None)}


def test_a_token_ends_with_a_transaction_that_fails(world):
    for _ in range(5):
        with pytest.raises(ZeroDivisionError):
            fail_within_a_transaction()
        with db.transaction("web", acting_as=db.CAMPUS) as tx:
            assert tx.execute("select count(*) from campuses").fetchone().count == 0


def fail_within_a_transaction():
    with db.transaction("web", acting_as=db.CAMPUS, token="admin"):
        raise ZeroDivisionError


def test_many_people_in_turn_never_see_each_other(world):
    for login, campus in (("admin", world.a), ("b", world.b), ("viewer", world.a)) * 5:
        with db.transaction("web", acting_as=db.CAMPUS, token=login) as tx:
            [row] = tx.execute("select campus_id from campuses").fetchall()
        assert row.campus_id == campus


def test_who_has_two_campuses_sees_both_and_no_third(owner, world):
    third = make.campus(owner, "03K003")
    owner.execute(
        "insert into account_roles select account_id, 'campus_viewer', %s from accounts"
        " where login = 'admin'",
        (third,),
    )
    with db.transaction("web", acting_as=db.CAMPUS, token="admin") as tx:
        seen = {row.campus_id for row in tx.execute("select campus_id from campuses")}
        row = tx.execute("select startable_campuses() as may").fetchone()
    assert seen == {world.a, third}
    assert row.may == [world.a]


@pytest.mark.parametrize("role", ["web", "worker", "signin"])
@pytest.mark.parametrize(
    "wanted", ["schoolbell_owner", "schoolbell_ledger", "schoolbell_backup", "postgres"]
)
def test_no_serving_login_can_take_on_a_role_above_its_own(database_url, role, wanted):
    with pytest.raises(errors.InsufficientPrivilege), db.transaction(role, acting_as=wanted):
        pass


@pytest.mark.parametrize("role", [None, *ROLES])
def test_the_web_reads_neither_secrets_nor_what_tokens_stand_for(world, role):
    for table in ("accounts", "web_sessions", "job_leases", "account_roles", "signin_failures"):
        with (
            db.transaction("web", acting_as=role, token="admin") as tx,
            pytest.raises(errors.InsufficientPrivilege),
            tx.transaction(),
        ):
            tx.execute(f"select count(*) from {table}")


def test_a_token_is_kept_as_its_hash_alone(owner, world):
    rows = owner.execute("select token_hash::text from web_sessions").fetchall()
    assert all("admin" not in row.token_hash for row in rows)


@pytest.mark.parametrize(
    ("token", "role", "rows"),
    [
        ("admin", db.CAMPUS, 1),
        ("admin", db.DISTRICT, 0),
        ("district", db.CAMPUS, 0),
        ("forged", db.CAMPUS, 0),
        (None, db.DISTRICT, 0),
    ],
)
def test_jobs_as_they_are_shown_are_seen_as_the_jobs_themselves(owner, world, token, role, rows):
    with db.transaction("web", acting_as=role, token=token) as tx:
        seen = tx.execute("select campus_id from shown_jobs").fetchall()
    assert [row.campus_id for row in seen] == [world.a] * rows
