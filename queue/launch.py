"""What `schoolbell up` does: PostgreSQL, schema, web and worker, watched until Ctrl-C."""

import errno
import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import click
import psycopg

from schoolbell.queue import postgres, postgres_programs, prepare, supervisor
from schoolbell.queue.errors import SchoolbellError, SetupError
from schoolbell.queue.settings import Settings
from schoolbell.queue.supervisor import Program

_WEB_START_SECONDS = 60
_WATCH_SECONDS = 0.5
_PROGRESS_SECONDS = 2
_SERVER_CHECK_SECONDS = 5
_QUIET_ASKS = 15  # progress is no longer asked for after half a minute without any


def up(settings: Settings) -> int:
    """Run the whole of Schoolbell until SIGINT or SIGTERM; return the exit status."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:  # nohup's choice stands
            signal.signal(number, signal.default_int_handler)
    try:
        _check_port(settings)
        _say("Starting PostgreSQL" if settings.database_url is None else "Asking PostgreSQL")
        with _server(settings, adopt=True) as installer_url:
            prepare.prepare(settings, installer_url, _say)
            _serve(settings, installer_url)
    except KeyboardInterrupt:
        _say("Stopped.")
    except SchoolbellError as error:
        click.echo(error, err=True)
        return 1
    return 0


@contextmanager
def attached(settings: Settings) -> Iterator[str]:
    """Yield the installer's URL; an embedded server that had to be started stops at the end."""
    with _server(settings, adopt=False) as installer_url:
        yield installer_url


@contextmanager
def worker_process(settings: Settings) -> Iterator[None]:
    """Run one worker meanwhile, for a command that finds none alive."""
    with supervisor.running([_worker(settings)]):
        yield


@contextmanager
def _server(settings: Settings, *, adopt: bool) -> Iterator[str]:
    if settings.database_url is None:
        with postgres.held(settings.home, adopt=adopt) as installer_url:
            yield installer_url
    else:
        _check_server(settings.database_url)
        yield settings.database_url


def _check_server(database_url: str) -> None:
    """Say in one sentence why a given server is of no use; its password stays unsaid."""
    oldest = postgres_programs.OLDEST_MAJOR
    try:
        with psycopg.connect(database_url, connect_timeout=10) as connection:
            found = connection.info.server_version // 10_000
    except psycopg.ProgrammingError as wrong:
        raise SetupError("DATABASE_URL is no address such as postgresql://me@db/name.") from wrong
    except psycopg.OperationalError as refused:
        reason = str(refused).strip().splitlines()[0]
        raise SetupError(f"PostgreSQL is not reachable by DATABASE_URL: {reason}") from refused
    if found < oldest:
        raise SetupError(f"DATABASE_URL leads to PostgreSQL {found}; {oldest} or newer is needed.")


def _check_port(settings: Settings) -> None:
    """Find out before anything is started that the web could not listen."""
    where = f"port {settings.port} on {settings.host}"
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as refused:
        if refused.errno == errno.EADDRINUSE:
            taken = f"P{where[1:]} is taken by another program; set SCHOOLBELL_PORT to a free one."
            raise SetupError(taken) from refused
        raise SetupError(
            f"Schoolbell cannot listen to {where} ({refused.strerror}); "
            "set SCHOOLBELL_HOST and SCHOOLBELL_PORT to what it may use."
        ) from refused


def _serve(settings: Settings, installer_url: str) -> None:
    programs = [_web(settings), _worker(settings)]
    _say("Starting the web server and a worker")
    with supervisor.running(programs):
        try:
            _wait_until_healthy(settings, programs[0])
            _welcome(settings)
            _Watch(settings, installer_url, programs).run()
        except KeyboardInterrupt:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)  # an orderly stop is under way
            _say("\nStopping: running jobs have a few seconds to end")
            raise


def _web(settings: Settings) -> Program:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    command = [sys.executable, "-m", "gunicorn", "--worker-class=gthread", "--workers=2"]
    command += ["--threads=8", f"--bind={host}:{settings.port}", "--no-control-socket"]
    return _program(settings, "web", [*command, "schoolbell.webapp.app:create_app()"])


def _worker(settings: Settings) -> Program:
    command = [sys.executable, "-m", "procrastinate", "--app=schoolbell.queue.app.app", "worker"]
    return _program(settings, "worker", command)


def _program(settings: Settings, name: str, command: Sequence[str]) -> Program:
    """Nothing that serves or works may learn the installer's address."""
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    environment |= {"SCHOOLBELL_HOME": str(settings.home), "PYTHONTZPATH": ""}
    return Program(name, command, environment, settings.home / "log" / f"{name}.log")


def _wait_until_healthy(settings: Settings, web: Program) -> None:
    deadline = time.monotonic() + _WEB_START_SECONDS
    while not _is_healthy(settings):
        if not web.is_running or time.monotonic() > deadline:
            raise SetupError(
                f"The web server did not start: {supervisor.last_line(web.log)} "
                f"(its log: {web.log})"
            )
        time.sleep(0.1)


def _is_healthy(settings: Settings) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    connection = http.client.HTTPConnection(host, settings.port, timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _welcome(settings: Settings) -> None:
    _say(f"\nSchoolbell runs at http://{settings.host}:{settings.port}\n")
    if settings.logins_file.exists():
        _say(settings.logins_file.read_text())
    _say("Sign in there; figures appear as their jobs end. Ctrl-C stops Schoolbell in order,")
    _say("and the next ./run goes on from where it was.")


@dataclass
class _Watch:
    """Keeps what runs running, and shows how the first import gets on."""

    settings: Settings
    installer_url: str
    programs: Sequence[Program]
    asks_left: int = _QUIET_ASKS
    shown: str = ""

    def run(self) -> None:
        """Look every half second, until an interrupt or a trouble that a restart cannot cure."""
        looks = 0
        while True:
            looks += 1
            for program in self.programs:
                supervisor.revive(program, _say)
            if looks % int(_PROGRESS_SECONDS / _WATCH_SECONDS) == 0 and self.asks_left:
                self._show_progress()
            if looks % int(_SERVER_CHECK_SECONDS / _WATCH_SECONDS) == 0:
                self._check_server()
            time.sleep(_WATCH_SECONDS)

    def _show_progress(self) -> None:
        try:
            line = prepare.progress_line(self.installer_url)
        except psycopg.OperationalError:
            return  # the server is being looked after, see below
        self.asks_left = _QUIET_ASKS if line else self.asks_left - 1
        if line and line != self.shown:
            _show(line, over=self.shown)
        elif self.shown and not line:
            _say("" if sys.stdout.isatty() else "Done.")
        self.shown = line or ""

    def _check_server(self) -> None:
        if self.settings.database_url is not None or postgres.is_running(self.settings.home):
            return
        _say("PostgreSQL stopped; it is started again")
        if postgres.ensure(self.settings.home) != self.installer_url:
            raise SetupError("PostgreSQL came back on another port: start Schoolbell again.")


def _show(line: str, *, over: str) -> None:
    """Write over the last progress line on a terminal; elsewhere each gets its own."""
    if sys.stdout.isatty():
        click.echo(f"\r{line.ljust(len(over))}", nl=False)
    else:
        _say(line)


def _say(line: str) -> None:
    click.echo(line)
