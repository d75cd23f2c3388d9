"""Statements that no page of ours sends, written by a person of A who got hold of the web's login.

They are made from the catalogue: every table and every function, with the ids and rows of B.
"""

import json

import psycopg
import pytest

from schoolbell.queue import db
from schoolbell.tests.security import world as worlds

MOST_ROWS = 50
TAKEN_ON = {"itself": None, "a campus": db.CAMPUS, "the district": db.DISTRICT}

OF_TABLE = """
select * from {table};
select count(*) from {table} where campus_id = {b};
select t.* from {table} as t where t.campus_id <> {a} limit 5;
select t from {table} as t, campuses as c where t.campus_id = c.campus_id and c.campus_id = {b};
select * from {table} for update;
insert into {table} select * from jsonb_populate_record(null::{table}, $json${json}$json$);
insert into {table} ({columns}) select {columns}
from jsonb_populate_record(null::{table}, $json${json}$json$) on conflict do nothing;
insert into {table} ({columns}) select {as_b} from {table} where campus_id = {a}
on conflict do nothing;
update {table} set campus_id = {b};
update {table} set campus_id = {a} where campus_id = {b};
update {table} set campus_id = {b} where campus_id = {a};
delete from {table} where campus_id = {b};
delete from {table} where campus_id <> {a};
merge into {table} as t using (select {b}::bigint as b) as s on t.campus_id = s.b
when matched then delete;
with gone as (delete from {table} where campus_id = {b} returning *) select * from gone;
truncate {table};
copy (select * from {table}) to stdout;
lock table {table} in access exclusive mode;
alter table {table} disable row level security;
drop policy own_campuses on {table};
create policy mine on {table} using (true);
grant all on {table} to public;
create trigger mine after insert on {table} for each row execute function mark_reported_dirty()
"""
# Values for a function's arguments, by type.
VALUES = {
    "bigint": "{job}",
    "bigint[]": "array[{jobs}]::bigint[]",
    "text": "'quagga'",
    "integer": "{b}",
    "date": "date '2015-09-09'",
    "double precision": "0",
    "jsonb": "'[]'::jsonb",
    "interval": "interval '9 years'",
    "timestamp with time zone": "clock.now()",
    "boolean": "true",
    "jobs[]": "array(select j from jobs as j)::jobs[]",
}


def of_tables(owner, world):
    """Write the statements on every table with a campus, and on the queue's and the accounts'."""
    for table in worlds.tables(owner):
        row = owner.execute(
            f"select to_jsonb(t) as json from {table} as t where campus_id = %s", (world.b,)
        ).fetchone()
        names = {"table": table, "a": world.a, "b": world.b, "columns": columns(owner, table)}
        names["as_b"] = names["columns"].replace("campus_id", str(world.b), 1)
        for statement in OF_TABLE.split(";"):
            yield statement.strip().format(**names, json=json.dumps(row.json if row else {}))
    for table in ("procrastinate_jobs", "accounts", "web_sessions", "schema_migrations"):
        for statement in ("select * from {}", "delete from {}", "select t from {} as t"):
            yield statement.format(table)
    yield from partitions(owner)


def columns(owner, table):
    """List the columns that a campus may give to a new row; all of them where there are none."""
    row = owner.execute(
        "select string_agg(quote_ident(attname), ', ' order by attnum) filter (where"
        " has_column_privilege('schoolbell_campus', attrelid, attname, 'insert')) as granted,"
        " string_agg(quote_ident(attname), ', ' order by attnum) as every from pg_attribute"
        " where attrelid = %s::regclass and attnum > 0 and not attisdropped",
        (table,),
    ).fetchone()
    return row.granted or row.every


def partitions(owner):
    """Write the statements that go round a parent's policies by its partitions."""
    for row in owner.execute("select relname from pg_class where relispartition and relkind = 'r'"):
        yield f"select * from {row.relname}"
        yield f"delete from {row.relname}"


def of_functions(owner, world):
    """Write a call of every function of ours with what is B's, the queue's own among them."""
    found = owner.execute(
        "select oid::regproc::text as name, array(select format_type(t, null)"
        " from unnest(proargtypes) as t) as types from pg_proc"
        " where pronamespace = 'public'::regnamespace and prokind = 'f'"
        " and prorettype <> 'trigger'::regtype"
    ).fetchall()
    jobs = ", ".join(map(str, world.jobs.values()))
    for function in found:
        for job in (*world.jobs.values(), world.b):
            values = (VALUES.get(name, "null") for name in function.types)
            given = ", ".join(values).format(job=job, jobs=jobs, b=world.b)
            yield f"select * from {function.name}({given})"


HANDMADE = """
select set_config('row_security', 'off', true);
set local row_security = off;
set local session_replication_role = replica;
set local session authorization schoolbell_owner;
set role schoolbell_worker;
set role schoolbell_ledger;
set role schoolbell_owner;
select set_config('schoolbell.token', 'district', false) from accounts;
select set_config('schoolbell.token', encode(token_hash, 'hex'), true) from job_leases;
create function mine() returns bigint language sql security definer as 'select 1';
create table mine (campus_id bigint);
create view pg_temp.mine as select * from jobs;
create function pg_temp.visible_campuses() returns bigint[] language sql as 'select array[{b}]';
create or replace function visible_campuses() returns bigint[] language sql as 'select array[{b}]';
create or replace function clock.now() returns timestamptz language sql as 'select now()';
select wait_for(id, array[{jobs}]::bigint[], 'any outcome') from jobs;
select cancel_job(id, 'mine now') from generate_series({first}, {first} + 9) as id;
select query from pg_stat_activity where usename <> current_user;
select most_common_vals from pg_stats where tablename in ('jobs', 'campuses', 'accounts');
select pg_read_file('postgresql.conf');
select lo_import('/etc/passwd');
copy jobs to program 'cat';
select pg_terminate_backend(pid) from pg_stat_activity where usename = 'schoolbell_worker';
explain (analyze, verbose) select * from jobs where reason like 'quagga%%'
"""


def test_nothing_that_can_be_written_in_sql_reaches_b(owner, world):
    before, tried, allowed = worlds.everything_of(owner, world.b), 0, 0
    for statement in every_statement(owner, world):
        for role in TAKEN_ON.values():
            answer = run(statement, role)
            tried, allowed = tried + 1, allowed + (answer is not None)
            assert worlds.seen_of_b(told(answer, statement)) == [], (role, statement)
            if answer is not None and not statement.startswith("select count"):
                assert worlds.everything_of(owner, world.b) == before, (role, statement)
    assert tried > 1000
    assert allowed > 100  # not all of it is refused: much of it is allowed, and finds nothing


def every_statement(owner, world):
    """Write them all, before the first of them is run."""
    names = {
        "b": world.b,
        "first": worlds.FIRST_JOB,
        "jobs": ", ".join(map(str, world.jobs.values())),
    }
    return [
        *of_tables(owner, world),
        *of_functions(owner, world),
        *(statement.strip().format(**names) for statement in HANDMADE.split(";")),
    ]


def run(statement, role):
    """Run one statement as the web with the token of A's admin; None when it is refused."""
    try:
        with db.transaction("web", acting_as=role, token="admin") as tx:
            tx.execute("select set_config('lock_timeout', '200ms', true)")
            if statement.startswith(("copy (", "copy jobs to program")):
                with tx.cursor().copy(statement) as copied:
                    return [bytes(block).decode() for block in copied]
            cursor = tx.execute(statement)
            return cursor.fetchmany(MOST_ROWS) if cursor.description else []
    except psycopg.Error:
        return None


def told(answer, statement):
    """Return what an answer tells, without what the asker had written into the statement."""
    text = str(answer or "")
    return text.replace("quagga", "") if "quagga" in statement else text


@pytest.mark.parametrize("role", [db.CAMPUS, db.DISTRICT])
def test_what_a_refusal_says_tells_nothing_of_b(owner, world, role):
    for statement in every_statement(owner, world):
        try:
            with db.transaction("web", acting_as=role, token="admin") as tx:
                tx.execute("select set_config('lock_timeout', '200ms', true)")
                tx.execute(statement)
        except psycopg.Error as refusal:
            said = f"{refusal} {refusal.diag.message_detail} {refusal.diag.message_hint}"
            written = worlds.seen_of_b(statement)
            assert set(worlds.seen_of_b(said)) <= set(written), statement
