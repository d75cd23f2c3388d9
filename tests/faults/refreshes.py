"""Two hundred campuses with little to work out each, and how to tell that all of it was done."""

from collections import Counter

from psycopg.types.json import Jsonb

REFRESH = "refresh_attendance_patterns"
SUMMARY = "summarise_district_attendance"
CAMPUSES = 200
DAYS = 25
FIGURES_EACH = 4 + 5 + 5 + 2


def add_campuses(owner):
    """Add campuses with 25 reported days each, and return their ids."""
    owner.execute(
        "insert into campuses (district_campus_id, kind, sourced_id, name, time_zone)"
        " select campus_id, 'school', to_char(number, 'FM00\"M\"000'), 'A school', time_zone"
        " from campuses, generate_series(1, %s) as number where kind = 'district'",
        (CAMPUSES,),
    )
    owner.execute(
        "insert into campus_day_reported (campus_id, school_date, source, percent, state, job_id)"
        " select campus_id, date '2015-09-14' + day, 'nyc', 90 + day %% 5, 'reported', 0"
        " from campuses, generate_series(0, %s - 1) as day where kind = 'school'",
        (DAYS,),
    )
    rows = owner.execute("select campus_id from campuses where kind = 'school' order by 1")
    return [row.campus_id for row in rows]


def start_by_hand(owner):
    """Add the rows as the installer: this process serves another database."""
    owner.execute(
        "insert into campuses (kind, sourced_id, name, time_zone)"
        " values ('district', 'district', 'Test district', 'America/New_York')"
    )
    add_campuses(owner)
    key, arguments = "school_year=2015-16", Jsonb({"school_year": "2015-16"})
    rows = (
        "insert into jobs (campus_id, category, task, arguments, duplicate_key, queue, is_district,"
        " state, requested_by, reason, tries, max_attempts, blocked_by)"
        " select campus_id, 'campus', %s, %s, %s, 'analytics', kind = 'district', %s, 'a test',"
        " 'a test', 3, 3, %s from campuses where kind = %s"
    )
    with owner.transaction():
        owner.execute(rows, (SUMMARY, arguments, key, "blocked", CAMPUSES, "district"))
        owner.execute(rows, (REFRESH, arguments, key, "waiting", 0, "school"))
        owner.execute(
            "insert into job_edges (parent_id, child_id, campus_id, needs)"
            " select parent.id, child.id, child.campus_id, 'any outcome'"
            " from jobs as parent, jobs as child where parent.task = %s and child.task = %s",
            (REFRESH, SUMMARY),
        )


def ended(owner):
    """How many refreshes have ended well."""
    return owner.execute(
        "select count(*) from jobs where task = %s and state = 'succeeded'", (REFRESH,)
    ).fetchone()[0]


def states(owner):
    """The states of all jobs of the test, counted."""
    rows = owner.execute("select state from jobs where reason <> 'by the clock'")
    return Counter(row.state for row in rows)


def attempts(owner, job):
    """The states of a job's attempts, oldest first."""
    rows = owner.execute(
        "select state from job_attempts where job_id = %s order by attempt", (job,)
    )
    return [row.state for row in rows]


def is_running(owner, job):
    """Whether the first attempt of a job is under way."""
    return attempts(owner, job) == ["running"]


def parts(owner):
    """How many parts are done."""
    return owner.execute("select count(*) from job_parts").fetchone()[0]


def all_is_well(owner):
    """Every campus has its figures from exactly one attempt, and no state is untrue."""
    rows = owner.execute(
        "select id, task, state, blocked_by, (select count(*) from job_attempts where job_id = id"
        " and job_attempts.state = 'succeeded') as successes from jobs where reason = 'a test'"
    ).fetchall()
    assert Counter((row.task, row.state, row.blocked_by, row.successes) for row in rows) == {
        (REFRESH, "succeeded", 0, 1): CAMPUSES,
        (SUMMARY, "succeeded", 0, 1): 1,
    }
    figures = owner.execute(
        "select campus_id, count(*) as n from metric_campus_period inner join campuses"
        " using (campus_id) where kind = 'school' group by campus_id"
    ).fetchall()
    assert Counter(row.n for row in figures) == {FIGURES_EACH: CAMPUSES}
    left = owner.execute(
        "select (select count(*) from job_leases) as leases, (select count(*) from metric_dirty"
        " inner join campuses using (campus_id) where kind = 'school') as due,"
        " (select count(*) from job_attempts where state = 'running') as open,"
        " (select count(*) from procrastinate_jobs where args ? 'job_id') as queued"
    ).fetchone()
    assert tuple(left) == (0, 0, 0, 0)
    return True
