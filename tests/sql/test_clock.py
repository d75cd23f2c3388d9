"""One clock: our SQL asks clock.now() for the time, and in production that is PostgreSQL's own."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OTHER_CLOCKS = re.compile(
    r"(?<![.\w])now\(\)|current_(timestamp|date|time)\b|localtime|statement_timestamp"
    r"|clock_timestamp|transaction_timestamp|timeofday|'(now|today|tomorrow|yesterday)'",
    re.IGNORECASE,
)
# migrate.py: the ledger of migrations is older than clock.now().
THE_CLOCKS_OWN_FILES = {"sql/migrations/0001_clock.sql", "queue/migrate.py"}


def texts():
    for folder, ending in (("sql", "*.sql"), ("queue", "*.py"), ("webapp", "*.py")):
        for path in sorted((ROOT / folder).rglob(ending)):
            yield path.relative_to(ROOT).as_posix(), path.read_text()


def test_production_tells_the_time_with_now_alone():
    text = (ROOT / "sql/migrations/0001_clock.sql").read_text()
    [body] = re.findall(r"create function clock\.now\(\).*?;", text, re.DOTALL)
    assert body.split() == [
        "create",
        "function",
        "clock.now()",
        "returns",
        "timestamptz",
        "language",
        "sql",
        "stable",
        "return",
        "pg_catalog.now();",
    ]


def test_no_other_clock_is_read_in_sql():
    found = [
        f"{name}: {hit[0]}"
        for name, text in texts()
        if name not in THE_CLOCKS_OWN_FILES
        for hit in OTHER_CLOCKS.finditer(without_comments(text.replace("clock.now()", ""), name))
    ]
    assert found == []


def without_comments(text, name):
    return re.sub(r"--.*", "", text) if name.endswith(".sql") else text


def test_the_clock_is_replaced_nowhere_but_in_tests():
    makers = [name for name, text in texts() if re.search(r"function clock\.now", text)]
    assert makers == ["sql/migrations/0001_clock.sql"]


@pytest.mark.parametrize("moment", ["2016-06-28 12:00+00", "2031-01-01 00:00+00"])
def test_the_tests_clock_stands_where_it_is_put(owner, moment):
    owner.execute("insert into clock.frozen values (%s)", (moment,))
    row = owner.execute("select clock.now() = %s::timestamptz as stands", (moment,)).fetchone()
    assert row.stands
