"""Make an installation ready to serve: schema, passwords, first accounts, and the sample.

Each step does nothing when it was done before, so that every start runs all of them.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import psycopg.conninfo
from psycopg import sql

from schoolbell.queue import accounts, db, queries, tasks
from schoolbell.queue.db import Transaction
from schoolbell.queue.errors import InvalidInputError, SetupError
from schoolbell.queue.importing import nyc
from schoolbell.queue.migrate import MIGRATION_LOCK, OWNER, migrate
from schoolbell.queue.monitoring import ledger
from schoolbell.queue.settings import Settings

SAMPLE = ("attendance_sy2016.csv.gz", "schools.csv")
SAMPLE_SCHOOL = "01M015"
MADE_UP_CAMPUS = "DEMO01"
# The account that the command line and the first start act as; it has no password.
BUILT_IN = "cli"

Say = Callable[[str], None]


def prepare(chosen: Settings, installer_url: str, say: Say) -> None:
    """Bring everything up to date and start what is due; `say` gets a line for each step.

    Raises SetupError when the database cannot be reached or was changed by hand.
    """
    make_ready(chosen, installer_url, say)
    start_sample(say)


def make_ready(chosen: Settings, installer_url: str, say: Say) -> None:
    """Bring schema, addresses, secrets and first accounts up to date; start nothing."""
    _make_home(chosen.home)
    applied = migrate(installer_url)
    if applied:
        say(f"Database schema: {len(applied)} changes applied.")
    keep_serving_urls(chosen, installer_url)
    keep_secret(chosen.secret_key_file, lambda: secrets.token_urlsafe(48))
    with _as_owner(installer_url) as tx:
        _keep_district(tx)
        new_logins = _keep_accounts(tx)
    if new_logins:
        _write_logins(chosen.logins_file, new_logins)
        say(f"Logins made; they are kept in {chosen.logins_file}.")


def _make_home(home: Path) -> None:
    """Make the folder of secrets and logs where it is absent; one that is there stays as it is."""
    try:
        home.mkdir(mode=0o711, parents=True, exist_ok=True)
    except OSError as refused:
        raise SetupError(f"The folder {home} cannot be made: {refused.strerror}.") from refused


def keep_serving_urls(chosen: Settings, installer_url: str) -> None:
    """Give each serving role a random password, kept beside its address in one file (0600).

    A role whose address was given from outside keeps its password. When the file of an embedded
    server is gone, new passwords are made: nobody can read the old ones back. Raises SetupError
    when the passwords of a server of the installer's own are kept in another home: new ones would
    lock out what is served from there.
    """
    kept: dict[str, str] = {}
    if all(getattr(chosen, f"{role}_url") for role in ("web", "worker", "signin")):
        return
    with db.installer(installer_url) as connection:
        connection.execute("select pg_advisory_lock(%s)", (MIGRATION_LOCK,))
        if chosen.serving_urls_file.exists():
            kept = json.loads(chosen.serving_urls_file.read_text())
        urls = {"home_id": _claim_passwords(connection, chosen, kept)}
        for role in ("web", "worker", "signin"):
            if getattr(chosen, f"{role}_url"):
                continue
            known = psycopg.conninfo.conninfo_to_dict(kept.get(role, "")).get("password")
            password = str(known or secrets.token_urlsafe(24))
            login = f"schoolbell_{role}"
            connection.execute(
                sql.SQL("alter role {} password {}").format(
                    sql.Identifier(login), sql.Literal(password)
                )
            )
            urls[role] = psycopg.conninfo.make_conninfo(
                installer_url, user=login, password=password
            )
        write_private(chosen.serving_urls_file, json.dumps(urls, indent=1))


def _claim_passwords(connection: Transaction, chosen: Settings, kept: dict[str, str]) -> str:
    """Return the id of the home that keeps this database's passwords: this one, or nobody's yet."""
    home_id = kept.get("home_id") or secrets.token_hex(8)
    known = queries.one(connection, "setup/find_serving_home")
    if known and known.home_id != home_id and chosen.database_url:
        raise SetupError(
            "The passwords of this database are kept in another home. Copy serving_urls.json from "
            "there, or set SCHOOLBELL_WEB_URL, SCHOOLBELL_WORKER_URL and SCHOOLBELL_SIGNIN_URL."
        )
    queries.run(connection, "setup/keep_serving_home", home_id=home_id)
    return home_id


def keep_secret(path: Path, make: Callable[[], str]) -> None:
    """Make a secret at the first start and leave it alone afterwards."""
    if not path.exists():
        write_private(path, make())


def write_private(path: Path, text: str) -> None:
    """Write a file that its owner alone may read, in one step."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:  # noqa: PTH123
        file.write(text)
    fresh.replace(path)


def _keep_district(tx: Transaction) -> None:
    """Add the district, the sample's first school and the made-up campus, where absent."""
    queries.run(tx, "setup/keep_district", name="New York City public schools")
    school = nyc.list_schools(_sample(SAMPLE[1]))[SAMPLE_SCHOOL]
    queries.run(
        tx,
        "setup/keep_campus",
        sourced_id=school.sourced_id,
        name=school.name,
        borough=school.borough,
        made_up=False,
    )
    queries.run(
        tx,
        "setup/keep_campus",
        sourced_id=MADE_UP_CAMPUS,
        name="Maple Street School (made up)",
        borough="",
        made_up=True,
    )


def _keep_accounts(tx: Transaction) -> dict[str, str]:
    """Add the first accounts where absent; return the passwords of the new ones."""
    wanted = (
        (BUILT_IN, "Command line", "district_admin", None),
        ("district", "District office", "district_admin", None),
        (f"office-{SAMPLE_SCHOOL}", "School office", "campus_admin", SAMPLE_SCHOOL),
        (f"office-{MADE_UP_CAMPUS}", "School office", "campus_admin", MADE_UP_CAMPUS),
    )
    made = {}
    for login, name, role, campus in wanted:
        password = secrets.token_urlsafe(12)
        hashed = "!" if login == BUILT_IN else accounts.hasher.hash(password)
        added = queries.one(tx, "setup/add_account", login=login, name=name, hash=hashed)
        if added is None:
            continue
        queries.run(tx, "setup/add_role", account_id=added.account_id, role=role, sourced_id=campus)
        if login != BUILT_IN:
            made[login] = password
    return made


def _write_logins(path: Path, logins: dict[str, str]) -> None:
    earlier = path.read_text() if path.exists() else ""
    width = max(map(len, logins)) + 2
    lines = "".join(f"{login:<{width}}{password}\n" for login, password in logins.items())
    write_private(path, earlier + lines)


def start_sample(say: Say) -> None:
    """Start the import of the sample once, and the made-up figures at every start."""
    token = accounts.open_session(BUILT_IN, "Schoolbell")
    with db.transaction("web", acting_as=db.DISTRICT, token=token) as tx:
        campus = queries.one(tx, "setup/find_campus", sourced_id=MADE_UP_CAMPUS)
        ledger.add(
            tx,
            tasks.find("make_up_attendance"),
            [campus.campus_id],
            reason="Schoolbell was started",
        )
        if queries.one(tx, "setup/any_import_file") is None:
            attendance, schools = map(_sample, SAMPLE)
            hand_in(tx, SAMPLE[0], attendance, schools, reason="the sample, at the first start")
            say("The sample (New York City, 2015-16) is being loaded.")
    accounts.sign_out(token, "Schoolbell")


def hand_in(
    tx: Transaction, name: str, attendance: bytes, schools: bytes | None, *, reason: str
) -> int:
    """Keep a file and start its import; return the job_id. The file is checked by the job.

    Raises InvalidInputError for a file that is larger than attendance files are.
    """
    if len(attendance) > nyc.MOST_BYTES:
        raise InvalidInputError(nyc.TOO_LARGE.format(name))
    district = queries.one(tx, "work/district")
    file_id = queries.one(
        tx,
        "system/keep_import_file",
        campus_id=district.campus_id,
        name=name,
        sha256=hashlib.sha256(attendance).hexdigest(),
        attendance=attendance,
        schools=schools,
    ).file_id
    added = ledger.add(
        tx,
        tasks.find("import_nyc_attendance"),
        [district.campus_id],
        arguments={"file_id": file_id},
        reason=reason,
    )
    return added[0]


def needs_sample(installer_url: str) -> bool:
    """Whether nothing was ever handed in: the very first start."""
    with _as_owner(installer_url) as tx:
        return queries.one(tx, "setup/any_import_file") is None


def progress_line(installer_url: str) -> str | None:
    """Say how far the first load is in one line; None when nothing of it is left to do."""
    with _as_owner(installer_url) as tx:
        row = queries.one(tx, "pages/current_load")
    if row is None:
        return None
    if row.task == "import_nyc_attendance":
        if row.progress_total is None:
            return "Loading attendance: reading the file"
        return f"Loading attendance: {row.progress_done} of {row.progress_total} days"
    return f"Working out figures: {row.needs_jobs - row.blocked_by:,} of {row.needs_jobs:,} schools"


@contextmanager
def _as_owner(installer_url: str) -> Iterator[Transaction]:
    with db.installer(installer_url) as connection, connection.transaction():
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(OWNER)))
        yield connection


def _sample(name: str) -> bytes:
    return files("schoolbell.queue.importing.samples").joinpath(name).read_bytes()
