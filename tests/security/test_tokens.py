"""Who asks is decided by the token of the transaction, and by nothing else that the asker says."""

import pytest
from psycopg import errors

from schoolbell.queue import accounts, db
from schoolbell.tests import factories as make
from schoolbell.tests.security import world as worlds

ROLES = (db.CAMPUS, db.DISTRICT)


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
@pytest.mark.parametrize("token", [None, "", "forged", "ADMIN", "admin ", "district'--"])
def test_without_a_true_token_nothing_is_seen(owner, world, token, role):
    assert rows_seen(owner, token, role) == {}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("login", ["admin", "district"])
def test_an_expired_session_sees_nothing(owner, world, login, role):
    owner.execute("insert into clock.frozen values ('2100-01-01 00:00:00')")
    assert rows_seen(owner, login, role) == {}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("login", ["admin", "district"])
def test_a_signed_out_session_sees_nothing(owner, world, login, role):
    accounts.sign_out(login, login)
    assert rows_seen(owner, login, role) == {}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("login", ["admin", "district"])
def test_a_disabled_account_sees_nothing_from_now_on(owner, world, login, role):
    owner.execute("update accounts set disabled_at = clock.now() where login = %s", (login,))
    assert rows_seen(owner, login, role) == {}


def test_the_district_role_with_a_campus_token_sees_nothing(owner, world):
    assert rows_seen(owner, "admin", db.DISTRICT) == {}


def test_the_campus_role_with_the_districts_token_sees_nothing(owner, world):
    assert rows_seen(owner, "district", db.CAMPUS) == {}


def test_a_campus_sees_its_own_rows_and_no_other(owner, world):
    seen = rows_seen(owner, "admin", db.CAMPUS)
    assert seen["campuses"] == seen["jobs"] == seen["campus_day_reported"] == 1
    assert set(seen) == {
        "campuses", "jobs", "campus_day_reported", "metric_campus_period", "metric_dirty"
    }  # fmt: skip


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
    carried, looked_at, left = set(), set(), set()
    for _ in range(20):
        with db.transaction("web", acting_as=db.DISTRICT, token="district") as tx:
            assert tx.execute("select is_district() as yes").fetchone().yes
            carried.add(tx.info.backend_pid)
        with db.transaction("web") as tx:
            left.add(tx.execute("select current_user::text, asker_account()").fetchone())
            looked_at.add(tx.info.backend_pid)
    assert left == {("schoolbell_web", None)}
    assert carried & looked_at  # connections of the pool that had carried the token


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
def test_no_serving_login_can_take_on_a_role_above_its_own(world, role, wanted):
    with pytest.raises(errors.InsufficientPrivilege), db.transaction(role, acting_as=wanted):
        pass


@pytest.mark.parametrize("table", ["accounts", "web_sessions", "job_leases", "account_roles"])
@pytest.mark.parametrize("role", [None, *ROLES])
def test_the_web_reads_neither_secrets_nor_what_tokens_stand_for(world, table, role):
    with (
        db.transaction("web", acting_as=role, token="admin") as tx,
        pytest.raises(errors.InsufficientPrivilege),
        tx.transaction(),
    ):
        tx.execute(f"select count(*) from {table}")


def test_a_token_is_kept_as_its_hash_alone(owner, world):
    rows = owner.execute("select token_hash::text from web_sessions").fetchall()
    assert all("admin" not in row.token_hash for row in rows)
