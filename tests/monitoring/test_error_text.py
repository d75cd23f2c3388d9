"""What people read of an error is plain and never holds a row of data."""

import json
import logging

import pytest

from schoolbell.queue.tasks import Outcome
from schoolbell.tests import factories as make

CANARY = "Canary Lark born 2009"


def twice_the_same_name(tx):
    tx.execute("create temporary table pupils (name text unique) on commit drop")
    tx.execute("insert into pupils values (%s), (%s)", (CANARY, CANARY))


def a_name_for_a_number(tx):
    tx.execute("select %s::text::integer", (CANARY,))


def a_name_in_our_own_mistake(tx):
    raise ValueError(CANARY)


def a_name_that_breaks_a_rule(tx):
    tx.execute("create temporary table pupils (name text check (length(name) < 3)) on commit drop")
    tx.execute("insert into pupils values (%s)", (CANARY,))


@pytest.mark.parametrize(
    ("mistake", "error_class"),
    [
        (twice_the_same_name, "UniqueViolation"),
        (a_name_for_a_number, "InvalidTextRepresentation"),
        (a_name_in_our_own_mistake, "ValueError"),
        (a_name_that_breaks_a_rule, "CheckViolation"),
    ],
)
def test_an_error_tells_its_kind_and_no_row_of_data(owner, job_of, caplog, mistake, error_class):
    def break_down(attempt):
        with attempt.closing() as tx:
            mistake(tx)
        return Outcome()

    caplog.set_level(logging.DEBUG)
    [job] = make.start(job_of(break_down), [make.campus(owner, "01M015")])
    make.work()
    shown = make.show(owner, job)
    assert (shown.state, shown.error_class, shown.attempt_count) == ("failed", error_class, 1)
    assert shown.error_text.endswith(".")
    assert "Canary" not in _everything(owner) + caplog.text


def _everything(owner):
    rows = [*owner.execute("select * from jobs"), *owner.execute("select * from job_attempts")]
    return json.dumps([row._asdict() for row in rows], default=str)


def test_a_mistake_of_ours_says_so_and_what_to_do(owner, job_of):
    def break_down(attempt):
        return 1 / 0

    [job] = make.start(job_of(break_down), [make.campus(owner, "01M015")])
    make.work()
    shown = make.show(owner, job)
    assert shown.error_text == "Schoolbell made a mistake (ZeroDivisionError)."
    assert shown.next_step == "Tell the district office its number."
