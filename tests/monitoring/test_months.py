"""The ledger's months: three ahead, none missing, and rows that were too early move into theirs."""

import pytest

from schoolbell.tests import factories as make

PARENTS = ("jobs", "job_attempts")


@pytest.fixture
def in_may_2041(owner):
    owner.execute("insert into clock.frozen values ('2041-05-20 12:00+00')")
    yield owner
    for parent in PARENTS:
        for month in months(owner, parent):
            if month.startswith("2041"):
                owner.execute(f"drop table {parent}_{month}")


def months(owner, parent):
    rows = owner.execute(
        "select relid::text as name from pg_partition_tree(%s) where isleaf", (parent,)
    )
    found = (row.name.removeprefix(f"{parent}_") for row in rows)
    return sorted(month for month in found if month != "other_months")


def where(owner, parent, order):
    rows = owner.execute(f"select tableoid::regclass::text as name from {parent} order by {order}")
    return [row.name for row in rows]


def test_the_months_are_made_three_ahead(in_may_2041):
    made = in_may_2041.execute("select make_ledger_months()").fetchone()[0]
    assert made == 8
    for parent in PARENTS:
        ahead = [month for month in months(in_may_2041, parent) if month.startswith("2041")]
        assert ahead == ["2041_05", "2041_06", "2041_07", "2041_08"]


def test_making_them_again_makes_nothing(in_may_2041):
    in_may_2041.execute("select make_ledger_months()")
    assert in_may_2041.execute("select make_ledger_months()").fetchone()[0] == 0


def test_a_job_of_a_month_that_is_missing_is_kept_all_the_same(in_may_2041):
    make.job(in_may_2041, make.campus(in_may_2041, "01M015"))
    assert where(in_may_2041, "jobs", "id") == ["jobs_other_months"]


def test_rows_that_were_too_early_move_into_their_month(in_may_2041, hold):
    campus = make.campus(in_may_2041, "01M015")
    [job] = make.start("refresh_attendance_patterns", [campus], school_year="2015-16")
    hold(job)
    later = make.job(in_may_2041, make.campus(in_may_2041, "01M019"), "succeeded")
    in_may_2041.execute(
        "update jobs set created_at = '2041-09-01 00:00+00' where id = %s", (later,)
    )
    in_may_2041.execute("select make_ledger_months()")
    assert where(in_may_2041, "jobs", "id") == ["jobs_2041_05", "jobs_other_months"]
    assert where(in_may_2041, "job_attempts", "attempt") == ["job_attempts_2041_05"]
    assert make.show(in_may_2041, job).state == "running"


def test_a_month_ends_with_its_last_moment_in_utc(in_may_2041):
    in_may_2041.execute("select make_ledger_months()")
    campus = make.campus(in_may_2041, "01M015")
    for moment in ("2041-05-31 23:59:59.999999+00", "2041-06-01 00:00+00"):
        in_may_2041.execute("update clock.frozen set at = %s", (moment,))
        make.job(in_may_2041, campus, "succeeded")
    assert where(in_may_2041, "jobs", "id") == ["jobs_2041_05", "jobs_2041_06"]


def test_a_new_month_is_closed_to_everybody(in_may_2041):
    in_may_2041.execute("select make_ledger_months()")
    rows = in_may_2041.execute(
        "select relrowsecurity, relforcerowsecurity from pg_class"
        " where relkind = 'r' and relname ~ '^(jobs|job_attempts)_(2041_|other)'"
    ).fetchall()
    assert {tuple(row) for row in rows} == {(True, True)}


def test_the_months_are_a_job_like_any_other(in_may_2041):
    [job] = make.start("make_ledger_months", [make.district(in_may_2041)])
    make.work()
    shown = make.show(in_may_2041, job)
    assert (shown.state, shown.result) == ("succeeded", {"months_made": 8})
    assert where(in_may_2041, "jobs", "id")[0] == "jobs_2041_05"
