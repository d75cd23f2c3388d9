"""One home's PostgreSQL cluster: its data is made, its server started and stopped here.

The callers in postgres.py see to it that only one process does so at a time.
"""

import os
import secrets
import shutil
import socket
import tempfile
import time
from pathlib import Path
from subprocess import CompletedProcess
from typing import NamedTuple

import psycopg

from schoolbell.queue import postgres_programs as programs
from schoolbell.queue.errors import SetupError

# After kill -9 of the postmaster a busy backend keeps the shared memory for some 15 s.
PATIENCE_SECONDS = 40
_LOG_LIMIT_BYTES = 10_000_000
_WORTH_WAITING = (
    "shared memory block",
    'lock file "postmaster.pid" already exists',
    "could not bind",  # the port was taken a moment ago: the next try chooses another
)
_SETTINGS = """
# Schoolbell's; ALTER SYSTEM overrules them. Addresses and the port are given at each start.
shared_buffers = 256MB
max_connections = 100
timezone = 'UTC'
log_timezone = 'UTC'
"""
_FOR_TESTS_ONLY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Cluster(NamedTuple):
    """One home's server: its folder, its programs and the user that runs it (None: we)."""

    folder: Path
    programs: programs.Programs
    account: programs.Account | None

    @property
    def data(self) -> Path:
        """The data folder; another major version cannot read it, so its name says which."""
        return self.folder / f"data-{self.programs.major}"

    @property
    def log(self) -> Path:
        """What the server has to say."""
        return self.folder / "log"


def find(folder: Path) -> Cluster:
    """Return the cluster of `folder`, made or not; SetupError where none can ever run there."""
    account = programs.system_account()
    if account:
        _check_reachable(folder, account)
    cluster = Cluster(folder, programs.find_programs(folder), account)
    made = [path for path in folder.glob("data-[0-9]*") if path != cluster.data]
    if made and not cluster.data.exists():
        raise SetupError(
            f"{made[0]} was made by another PostgreSQL than the {cluster.programs.major} found "
            "here: install that version again, or move the data with pg_dump and pg_restore."
        )
    return cluster


def url(folder: Path, database: str) -> str:
    """Return the superuser's URL; FileNotFoundError before the first start."""
    password, port = (folder / "password").read_text(), (folder / "port").read_text()
    return f"postgresql://postgres:{password}@127.0.0.1:{port}/{database}"


def answers(folder: Path) -> bool:
    """Whether our own server answers: another one on that port would not know the password."""
    try:
        psycopg.connect(url(folder, "postgres"), connect_timeout=2).close()
    except (psycopg.OperationalError, FileNotFoundError):
        return False
    return True


def start(cluster: Cluster, *, durable: bool) -> None:
    """Make the data if there is none, start the server and make the database."""
    if not cluster.data.exists():
        _make_data(cluster, durable=durable)
    _renew_log(cluster)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (trouble := _try_start(cluster, durable=durable)) is not None:
        worth_waiting = any(text in trouble for text in _WORTH_WAITING)
        if not worth_waiting or time.monotonic() > deadline:
            raise SetupError(
                f"PostgreSQL did not start: {_last_line(trouble)} (its log: {cluster.log})"
            )
        time.sleep(0.3)
    _make_database(cluster.folder)


def stop(cluster: Cluster) -> None:
    """Close all connections and stop the server; nothing happens where none runs."""
    if answers(cluster.folder):
        command = ["stop", "--wait", "--mode=fast", "--timeout=60", f"--pgdata={cluster.data}"]
        done = _run(cluster, "pg_ctl", *command)
        if done.returncode != 0:
            raise SetupError(
                f"PostgreSQL did not stop: {_last_line(done.stderr)} (its log: {cluster.log})"
            )


def _run(cluster: Cluster, program: str, *arguments: str) -> CompletedProcess[str]:
    return programs.run([cluster.programs.folder / program, *arguments], cluster.account)


def _check_reachable(folder: Path, account: programs.Account) -> None:
    for path in (*reversed(folder.parents), folder):
        if programs.run(["/bin/sh", "-c", 'cd "$0"', path], account).returncode != 0:
            raise SetupError(
                f"PostgreSQL runs as the system user {programs.USER}, which may not enter {path}: "
                "set SCHOOLBELL_HOME to a folder that it can reach, such as /var/lib/schoolbell."
            )


def _try_start(cluster: Cluster, *, durable: bool) -> str | None:
    """Return None when the server answers, else what it wrote to its log."""
    _forget_stale_pid(cluster.data)
    _choose_port(cluster.folder / "port")
    before = cluster.log.stat().st_size
    command = ["start", "--wait", "--timeout=240", f"--pgdata={cluster.data}"]
    options = [f"--log={cluster.log}", f"--options={_start_options(cluster, durable=durable)}"]
    done = _run(cluster, "pg_ctl", *command, *options)
    if done.returncode == 0 and answers(cluster.folder):
        return None
    with cluster.log.open("rb") as log:
        log.seek(before)
        return log.read().decode(errors="replace") or done.stderr


def _start_options(cluster: Cluster, *, durable: bool) -> str:
    """Only 127.0.0.1, and no socket file: its path could be longer than the system allows."""
    given = {
        "listen_addresses": "127.0.0.1",
        "port": (cluster.folder / "port").read_text(),
        "unix_socket_directories": "",
    }
    options = given if durable else given | _FOR_TESTS_ONLY
    return " ".join(f"-c {name}='{value}'" for name, value in options.items())


def _forget_stale_pid(data: Path) -> None:
    """Drop a pid file whose process is not our server: after a reboot the number is another's.

    A dead process that nobody reaped has an empty command line, and holds nothing up either.
    PostgreSQL still refuses to start while a process of the old server uses its shared memory.
    """
    file = data / "postmaster.pid"
    try:
        pid = int(file.read_text().split()[0])
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError, IndexError):
        return  # PostgreSQL judges for itself
    if os.fsencode(data) not in command:
        file.unlink()


def _choose_port(file: Path) -> None:
    """Keep the recorded port while it is free; else record another."""
    wanted = int(file.read_text()) if file.exists() else 0
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            file.write_text(str(probe.getsockname()[1]))
            return


def _make_database(folder: Path) -> None:
    with psycopg.connect(url(folder, "postgres"), autocommit=True) as connection:
        known = connection.execute("select 1 from pg_database where datname = 'schoolbell'")
        if known.fetchone() is None:
            connection.execute("create database schoolbell template template0 encoding 'UTF8'")


def _make_data(cluster: Cluster, *, durable: bool) -> None:
    """Fill a folder of its own, then rename: data that was broken off never counts."""
    part = Path(tempfile.mkdtemp(prefix="new-", dir=cluster.folder))
    secret = Path(f"{part}.password")  # PostgreSQL's user cannot read ours
    try:
        _give(part, cluster.account)
        _write_private(secret, _password(cluster.folder))
        _give(secret, cluster.account)
        _initdb(cluster, part, secret, durable=durable)
        with (part / "postgresql.conf").open("a") as settings:
            settings.write(_SETTINGS)
        part.rename(cluster.data)
    finally:
        secret.unlink(missing_ok=True)
        shutil.rmtree(part, ignore_errors=True)


def _initdb(cluster: Cluster, data: Path, secret: Path, *, durable: bool) -> None:
    command = [f"--pgdata={data}", "--username=postgres", "--auth=scram-sha-256"]
    command += [f"--pwfile={secret}", "--encoding=UTF8", "--data-checksums"]
    if cluster.programs.major >= programs.BUILTIN_LOCALES_MAJOR:
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    else:
        command += ["--locale=C.UTF-8"]
    if not durable:
        command += ["--no-sync"]
    done = _run(cluster, "initdb", *command)
    if done.returncode != 0:
        raise SetupError(
            f"PostgreSQL's data could not be made in {data.parent}: {_last_line(done.stderr)}"
        )


def _password(folder: Path) -> str:
    """Return the superuser's password, made at random when there is none yet."""
    file = folder / "password"
    if not file.exists():
        _write_private(file, secrets.token_urlsafe(24))
    return file.read_text()


def _write_private(file: Path, text: str) -> None:
    file.touch(0o600, exist_ok=False)
    file.write_text(text)


def _give(path: Path, account: programs.Account | None) -> None:
    if account:
        os.chown(path, account.uid, account.gid)


def _renew_log(cluster: Cluster) -> None:
    """Keep one log and one older one, so that they cannot fill the disk over the years."""
    log = cluster.log
    if log.exists() and log.stat().st_size > _LOG_LIMIT_BYTES:
        log.rename(log.with_name("log.old"))
    if not log.exists():
        _write_private(log, "")
        _give(log, cluster.account)


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["it said nothing"])[-1]
