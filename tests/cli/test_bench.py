"""The measurements run small; what they find at full size is in docs/performance.md."""

import pytest
from psycopg.conninfo import make_conninfo

from schoolbell.queue.bench import scratch
from schoolbell.queue.errors import SetupError
from schoolbell.tests import cluster

ROWS = {"ledger": 300, "waiting": 200, "future": 100, "finished": 150, "timed": 2}
SMALL = [f"--{name}={number}" for name, number in ROWS.items()]


def databases(owner):
    rows = owner.execute("select datname from pg_database where datname like 'schoolbell_bench%'")
    return [row.datname for row in rows]


def test_the_fetch_is_measured_and_leaves_nothing_behind(run, owner, last_json):
    with cluster.alone():  # it makes roles, which belong to the whole server
        outcome = run("bench", "fetch", *SMALL, "--json")
    assert outcome.exit_code == 0, outcome.output
    found = last_json(outcome)
    assert [(row["situation"], row["at_most"]) for row in found["rows"][::2]] == [
        ("much around it", 1.5),
        ("transaction open", 2.0),
        ("transaction open", 2.0),
    ]
    assert all(row["p50_ms"] > 0 and row["ratio"] > 0 for row in found["rows"])
    assert found["sizes"] == ROWS
    assert found["command"].endswith("--finished 150 --timed 2")
    assert {"cores", "postgresql"} == set(found["machine"])
    assert databases(owner) == []


def test_the_fetch_is_printed_as_a_table_with_its_command(run, owner):
    with cluster.alone():
        shown = run("bench", "fetch", *SMALL).stdout.splitlines()
    assert shown[0].split() == [
        *("timed", "situation", "against", "p50_ms", "its_p50_ms", "ratio", "at_most", "met")
    ]
    assert shown[-1].startswith("./run cli bench fetch --ledger 300")
    assert "PostgreSQL" in shown[-1]


def test_a_login_that_may_not_make_databases_is_told_so(owner, database_url):
    owner.execute("create role bench_guest login password 'guest'")
    try:
        guest = make_conninfo(database_url, user="bench_guest", password="guest")
        with pytest.raises(SetupError, match="may not"), scratch.databases(guest, ("few",)):
            pass
    finally:
        owner.execute("drop role bench_guest")
