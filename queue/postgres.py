"""The embedded PostgreSQL: made on first use, started, attached to and stopped.

Everything lives in `home`/postgres. The server listens on 127.0.0.1 alone, with a password. Its
processes form a session of their own: a Ctrl-C in the terminal reaches us, not the server, which
is then stopped in order.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from schoolbell.queue import postgres_cluster as clusters
from schoolbell.queue.errors import SetupError


def ensure(home: Path, *, durable: bool = True) -> str:
    """Start the server of `home` or attach to it, and return the superuser's URL.

    `durable=False` is for tests alone: faster, and a power cut may spoil the data.
    Raises SetupError, in one sentence, where PostgreSQL cannot start.
    """
    with _alone(home) as folder:
        if not clusters.answers(folder):
            clusters.start(clusters.find(folder), durable=durable)
        return clusters.url(folder, "schoolbell")


def stop(home: Path) -> None:
    """Stop the server of `home` in order; connections are closed, nothing is lost."""
    if is_running(home):
        with _alone(home) as folder:
            clusters.stop(clusters.find(folder))


def is_running(home: Path) -> bool:
    """Whether the server of `home` answers to its own password."""
    return clusters.answers(home / "postgres")


@contextmanager
def held(home: Path, *, adopt: bool = False, durable: bool = True) -> Iterator[str]:
    """Yield the superuser's URL; the last holder to leave stops what the holders started.

    So a command and `schoolbell up` share one server in any order. With `adopt` it is stopped
    at the end even if a process that died had left it running.
    """
    with (_made_folder(home) / "holders").open("a") as holders:
        with _alone(home):
            stops = adopt or not is_running(home) or not _lock_now(holders)
            fcntl.flock(holders, fcntl.LOCK_SH)
        try:
            yield ensure(home, durable=durable)
        finally:
            with _alone(home) as folder:
                if stops and _lock_now(holders):
                    clusters.stop(clusters.find(folder))


@contextmanager
def _alone(home: Path) -> Iterator[Path]:
    """Yield `home`/postgres while no other process starts or stops the server there."""
    folder = _made_folder(home)
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def _made_folder(home: Path) -> Path:
    """Make what is missing of `home`/postgres; what is there keeps its permissions."""
    folder = home / "postgres"
    try:
        for path in (*reversed(home.parents), home, folder):
            _make_folder(path)
    except OSError as refused:
        raise SetupError(f"The folder {folder} cannot be made: {refused.strerror}.") from refused
    if not os.access(folder, os.W_OK):
        raise SetupError(f"The folder {folder} belongs to another user: use another home.")
    return folder


def _make_folder(path: Path) -> None:
    try:
        path.mkdir()
    except FileExistsError:
        return
    # Root's home is passed through by the server's user, whatever the umask says.
    path.chmod(0o711 if os.geteuid() == 0 else 0o700)


def _lock_now(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
