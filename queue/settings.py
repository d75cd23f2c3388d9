"""The one door to configuration: environment variables, read once, with defaults that run."""

import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from schoolbell.queue.errors import SetupError

CHECKOUT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """Where things are and how long things take; times are in seconds."""

    home: Path
    host: str
    port: int
    database_url: str | None
    web_url: str | None
    worker_url: str | None
    signin_url: str | None
    concurrency: int
    lease_seconds: float
    sweep_seconds: float
    fetch_poll_seconds: float
    page_poll_seconds: float

    @property
    def serving_urls_file(self) -> Path:
        """The file (0600) that keeps the addresses and passwords of the serving roles."""
        return self.home / "serving_urls.json"

    @property
    def logins_file(self) -> Path:
        """The file (0600) that tells the installer the first passwords."""
        return self.home / "logins.txt"

    @property
    def secret_key_file(self) -> Path:
        """The file (0600) with the key that signs the session cookies."""
        return self.home / "secret_key"

    def serving_url(self, role: str) -> str:
        """Return the database address for `role`: worker, web or signin."""
        given: str | None = getattr(self, f"{role}_url")
        if given:
            return given
        try:
            kept: dict[str, str] = json.loads(self.serving_urls_file.read_text())
        except FileNotFoundError as missing:
            message = (
                f"Schoolbell is not set up in {self.home}: start it once with ./run, "
                f"or set SCHOOLBELL_{role.upper()}_URL."
            )
            raise SetupError(message) from missing
        return kept[role]


@cache
def settings() -> Settings:
    """Read the environment; the same answer for the life of the process."""
    env = os.environ
    return Settings(
        home=Path(env.get("SCHOOLBELL_HOME") or _default_home()).absolute(),
        host=env.get("SCHOOLBELL_HOST", "127.0.0.1"),
        port=int(_number("SCHOOLBELL_PORT", 8000)),
        database_url=env.get("DATABASE_URL") or None,
        web_url=env.get("SCHOOLBELL_WEB_URL"),
        worker_url=env.get("SCHOOLBELL_WORKER_URL"),
        signin_url=env.get("SCHOOLBELL_SIGNIN_URL"),
        concurrency=int(_number("SCHOOLBELL_CONCURRENCY", 4)),
        lease_seconds=_number("SCHOOLBELL_LEASE_SECONDS", 30),
        sweep_seconds=_number("SCHOOLBELL_SWEEP_SECONDS", 5),
        fetch_poll_seconds=_number("SCHOOLBELL_FETCH_POLL_SECONDS", 5),
        page_poll_seconds=_number("SCHOOLBELL_PAGE_POLL_SECONDS", 5),
    )


def _default_home() -> Path:
    """Root keeps the home out of a checkout that the system user may not enter."""
    return Path("/var/lib/schoolbell") if os.geteuid() == 0 else CHECKOUT / ".schoolbell"


def _number(name: str, default: float) -> float:
    text = os.environ.get(name)
    if not text:
        return default
    try:
        return float(text)
    except ValueError as wrong:
        raise SetupError(f"{name} must be a number, not {text!r}.") from wrong
