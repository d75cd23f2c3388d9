"""The ten states, and the ways between them that the ledger allows (architecture, section 3)."""

import psycopg
import pytest

from schoolbell.tests import factories as make
from schoolbell.tests.monitoring.tampering import without_triggers

ENDS = {"succeeded", "partial", "failed", "cancelled"}
ALLOWED = {
    "scheduled": {"waiting", "cancelled"},
    "blocked": {"waiting", "cancelled"},
    "waiting": {"running", "cancelled"},
    "running": {*ENDS, "retrying", "interrupted"},
    "retrying": {"running", "cancelled"},
    "interrupted": {"running", "cancelled"},
    "failed": {"waiting", "blocked"},
    "partial": {"waiting", "blocked"},
    "cancelled": {"waiting", "blocked"},
    "succeeded": set(),
}


@pytest.mark.parametrize("state", ALLOWED)
def test_a_job_goes_only_where_its_state_allows(owner, state):
    job = make.job(owner, make.campus(owner, "01M015"), state)
    assert {to for to in ALLOWED if to != state and _goes(owner, job, to)} == ALLOWED[state]


def _goes(owner, job, to):
    try:
        with owner.transaction(force_rollback=True):
            owner.execute("update jobs set state = %s where id = %s", (to, job))
    except psycopg.errors.CheckViolation:
        return False
    return True


def test_the_states_are_the_ten_of_the_architecture(owner):
    rows = owner.execute("select from_state, to_state from job_transitions").fetchall()
    assert {(row.from_state, row.to_state) for row in rows} == {
        (state, to) for state, following in ALLOWED.items() for to in following
    }
    with pytest.raises(psycopg.errors.CheckViolation):
        make.job(owner, make.campus(owner, "01M015"), "done")


@pytest.mark.parametrize(
    "change",
    ["campus_id = campus_id - 1", "task = 'other'", "is_district = true", "requested_by = 'me'"],
)
def test_a_job_never_becomes_another_job(owner, change):
    job = make.job(owner, make.campus(owner, "01M015"))
    with pytest.raises(psycopg.errors.RaiseException, match="cannot become another job"):
        owner.execute(f"update jobs set {change} where id = {job}")


def test_a_job_that_may_not_run_is_not_claimed_by_the_queue_either(owner):
    job = make.job(owner, make.campus(owner, "01M015"))
    without_triggers(owner, f"update jobs set state = 'cancelled' where id = {job}")
    make.work()
    assert make.state(owner, job) == "cancelled"
