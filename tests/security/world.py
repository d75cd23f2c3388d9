"""Two campuses, A and B, with a row of B in every table, in words rare enough to be found.

People of A try to reach B. `seen_of_b` finds B in a text; `everything_of` must not change.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

import psycopg

from schoolbell.tests import factories as make

# Words that stand nowhere but in B's rows: name, number, reason, error, text, figures, ids.
QUAGGA = "quagga"
NUMBER = "75X913"
PERCENTS = ("66.1357", "66.14", "66.1")
FIRST_JOB = 913_000
CANARIES = (QUAGGA, NUMBER, *PERCENTS)

TOKENS = {"admin": "admin of A", "b": "admin of B", "district": "the district"}


@dataclass(frozen=True)
class World:
    """The ids of what there is."""

    a: int
    b: int
    district: int
    jobs: dict[str, int]
    own_job: int


def build(owner: psycopg.Connection[Any]) -> World:
    """Make both campuses and their people, and fill every table for B."""
    a = make.campus(owner, "01M001", name="ACORN SCHOOL", borough="M")
    b = make.campus(owner, NUMBER, name="QUAGGA SCHOOL", borough="X")
    district = make.district(owner)
    for campus, percent in ((a, 90), (b, 66.1357)):
        _figures(owner, campus, percent)
        make.report(owner, campus, {"2015-09-09": percent})
    for statement in ROWS_OF_A.split(";"):
        owner.execute(statement, {"a": a})
    own = make.job(owner, a, "failed", key="own", error="acorns are missing")
    owner.execute("select setval(pg_get_serial_sequence('jobs', 'id'), %s)", (FIRST_JOB,))
    jobs = {state: _job(owner, b, state) for state in ("waiting", "failed", "running", "succeeded")}
    _traces_of(owner, b, jobs)
    return World(a, b, district, jobs, own)


# Rows of a kind that B has as well, under keys that B has not: taken for B's, they would fit in.
ROWS_OF_A = """
insert into metric_campus_period
(campus_id, grain, period_key, metric, dimension, member, n, value, as_of, job_id)
values (%(a)s, 'school_year', '2015-16', 'weekday_mean', 'weekday', 'Tue', 60, 90, '2016-06-01', 1);
insert into campus_day_reported (campus_id, school_date, source, percent, state, job_id)
values (%(a)s, '2016-09-12', 'nyc', 90, 'reported', 1);
insert into academic_sessions
(campus_id, sourced_id, title, type, start_date, end_date, school_year)
values (%(a)s, 'acorn', 'acorn', 'semester', '2015-08-01', '2016-01-01', 2016);
insert into audit_log (campus_id, actor, action, object, reason, outcome)
values (%(a)s, 'Admin', 'acorn', 'acorn', 'acorn', 'done')
"""


def _figures(owner: Any, campus: int, percent: float) -> None:
    for metric, dimension, member in (
        ("attendance_mean", "", ""),
        ("worst_weekday", "weekday", "Mon"),
        ("weekday_mean_without_low_days", "weekday", "Mon"),
    ):
        owner.execute(
            "insert into metric_campus_period (campus_id, grain, period_key, metric, dimension,"
            " member, n, value, as_of, job_id)"
            " values (%s, 'school_year', '2015-16', %s, %s, %s, 60, %s, '2016-06-01', 1)",
            (campus, metric, dimension, member, percent),
        )


def _job(owner: Any, campus: int, state: str) -> int:
    job = make.job(
        owner, campus, state, key=f"{QUAGGA} {state}", by="Quagga office", reason="quagga reason"
    )
    owner.execute(
        "update jobs set error_text = 'quagga error', progress_text = 'quagga days',"
        " result = '{\"quagga\": 66.1357}' where id = %s",
        (job,),
    )
    return job


def _traces_of(owner: Any, b: int, jobs: dict[str, int]) -> None:
    """Fill the tables that jobs leave their traces in, and those that people do."""
    values = {"b": b, "job": jobs["running"], "waiting": jobs["waiting"]}
    for statement in TRACES.split(";"):
        owner.execute(statement, values)


TRACES = """
insert into job_attempts (job_id, attempt, campus_id, worker, state, error_text)
values (%(job)s, 1, %(b)s, 'quagga computer', 'running', 'quagga error');
insert into job_leases
(job_id, campus_id, queue_row_id, is_district, attempt, token_hash, expires_at)
values (%(job)s, %(b)s, 913, false, 1, sha256('job of B'), '2100-01-01');
insert into job_edges (parent_id, child_id, campus_id) values (%(job)s, %(waiting)s, %(b)s);
insert into job_log_lines (campus_id, job_id, attempt, text)
values (%(b)s, %(job)s, 1, 'quagga line');
insert into job_parts (job_id, part, campus_id) values (%(job)s, 'quagga day', %(b)s);
insert into import_files (campus_id, name, attendance_sha256, attendance, uploaded_by)
values (%(b)s, 'quagga.csv', 'x', 'x', 'x');
insert into district_days
(campus_id, school_date, kind, reporting_schools, listed_schools, mean_percent, job_id)
values (%(b)s, '2015-09-10', 'district_day', 1, 1, 66.1357, 1);
insert into academic_sessions
(campus_id, sourced_id, title, type, start_date, end_date, school_year)
values (%(b)s, 'quagga', 'quagga', 'schoolYear', '2015-08-01', '2016-08-01', 2016);
insert into audit_log (campus_id, actor, action, object, reason, outcome)
values (%(b)s, 'quagga', 'quagga', 'quagga', 'quagga', 'done')
"""


def session(owner: Any, account_id: int, token: str, expires: str = "2100-01-01") -> str:
    """Open a session by hand, without the time that a password takes; return its token."""
    owner.execute(
        "insert into web_sessions (token_hash, account_id, expires_at) values (%s, %s, %s)",
        (hashlib.sha256(token.encode()).digest(), account_id, expires),
    )
    return token


def tables(owner: Any) -> list[str]:
    """Every table with a campus_id that is no partition."""
    rows = owner.execute(
        "select relname from pg_class join pg_attribute on attrelid = pg_class.oid"
        " where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
        " and not relispartition and attname = 'campus_id' order by 1"
    )
    return [row.relname for row in rows]


def everything_of(owner: Any, campus_id: int) -> dict[str, list[str]]:
    """Return each table's rows of a campus, its queue rows with them, as text."""
    found = {
        table: [
            str(row)
            for row in owner.execute(
                f"select to_jsonb(t) - 'seen_at' from {table} as t where campus_id = %s order by 1",
                (campus_id,),
            )
        ]
        for table in tables(owner)
    }
    queued = owner.execute(
        "select to_jsonb(q) from procrastinate_jobs as q join jobs as job"
        " on job.id = (args ->> 'job_id')::bigint where campus_id = %s order by 1",
        (campus_id,),
    )
    return found | {"procrastinate_jobs": [str(row) for row in queued]}


def seen_of_b(text: str, but: str = "") -> list[str]:
    """Return what of B stands in a text; `but` is what the asker had sent themselves."""
    lowered = text.lower().replace(but.lower(), "") if but else text.lower()
    jobs = [str(FIRST_JOB + n) for n in range(1, 9)]
    return [word for word in (*CANARIES, *jobs) if word.lower() in lowered]
