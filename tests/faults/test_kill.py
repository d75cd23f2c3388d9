"""Workers that die in the middle: the work is done in the end, once, and told truly.

Leases last 2 s here, so that a death is noticed soon.
"""

import signal

import psycopg
import pytest

from schoolbell.queue import db, prepare, tasks
from schoolbell.queue.monitoring import ledger
from schoolbell.tests import factories as make
from schoolbell.tests.faults import programs
from schoolbell.tests.faults import refreshes as all_of

SCHOOLS = [f"01M{number:03}" for number in range(40)]
DAYS = [f"201509{day:02}" for day in range(1, 31)]


@pytest.fixture
def refreshes(owner):
    """Start a refresh of every campus and the summary after them; return their ids."""
    make.account(owner, "dora", "district_admin")
    campuses = all_of.add_campuses(owner)
    with db.transaction("web", acting_as=db.DISTRICT, token=make.token("dora")) as tx:
        facts = {"arguments": {"school_year": "2015-16"}, "reason": "a test"}
        refresh, summary = tasks.find(all_of.REFRESH), tasks.find(all_of.SUMMARY)
        started = ledger.add(tx, refresh, campuses, **facts)
        district = [make.district(owner)]
        ledger.add(tx, summary, district, after=started, needs="any outcome", **facts)
    return started


def test_a_worker_killed_amid_the_refreshes_is_made_good(owner, database_url, refreshes):
    held = refreshes[120]
    with programs.worker() as process, held_back(database_url, owner, held):
        programs.wait_until(lambda: all_of.is_running(owner, held))
        programs.end(process, signal.SIGKILL)
    assert 0 < all_of.ended(owner) < all_of.CAMPUSES
    assert all_of.states(owner)["running"] > 0  # not known yet
    with programs.worker():
        programs.wait_until(lambda: programs.all_ended(owner))
    assert all_of.attempts(owner, held) == ["interrupted", "succeeded"]
    assert all_of.all_is_well(owner)


def held_back(database_url, owner, job):
    """Hold a lock that the refresh of one campus needs: it is surely running meanwhile."""
    connection = psycopg.connect(database_url)
    connection.execute(
        "select 1 from metric_dirty where campus_id = (select campus_id from jobs where id = %s)"
        " for update",
        (job,),
    )
    return connection


def test_a_worker_that_loses_its_connections_goes_on(owner, refreshes):
    with programs.worker() as process:
        programs.wait_until(lambda: all_of.ended(owner) > 30)
        cut = owner.execute(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity"
            " where datname = current_database() and usename = 'schoolbell_worker'"
        ).fetchone()[0]
        assert all_of.ended(owner) < all_of.CAMPUSES
        programs.revive_until_all_ended(owner, process)
    assert cut > 1
    assert all_of.all_is_well(owner)


def test_a_worker_killed_in_the_middle_of_an_import_goes_on_with_the_next_day(owner, database_url):
    make.account(owner, "dora", "district_admin")
    lines = "".join(f"{day},{school},90\n" for day in DAYS for school in SCHOOLS)
    listed = "dbn,school_name\n" + "".join(f"{school},A school\n" for school in SCHOOLS)
    with db.transaction("web", acting_as=db.DISTRICT, token=make.token("dora")) as tx:
        text = "date,dbn,attn_pct\n" + lines
        job = prepare.hand_in(tx, "a.csv", text.encode(), listed.encode(), reason="a test")
    slow_down(owner)
    with programs.worker() as process:
        programs.wait_until(lambda: all_of.parts(owner) > 9)
        programs.end(process, signal.SIGKILL)
    kept = owner.execute("select count(*) from campus_day_reported").fetchone()[0]
    assert (kept % 40, 9 < all_of.parts(owner) < 30) == (0, True)
    owner.execute("drop function take_a_while cascade")
    with programs.worker():
        programs.wait_until(lambda: programs.all_ended(owner))
    assert all_of.attempts(owner, job) == ["interrupted", "succeeded"]
    assert make.show(owner, job).result["changed"] == 30 * 40
    assert all_of.parts(owner) == 30
    assert all_of.states(owner) == {"succeeded": 1 + 40 + 1}


def slow_down(owner):
    owner.execute(
        "create or replace function take_a_while() returns trigger language plpgsql as $$ begin"
        " perform pg_sleep(0.03); return null; end $$"
    )
    owner.execute(
        "create trigger take_a_while after insert on job_parts for each row"
        " execute function take_a_while()"
    )
