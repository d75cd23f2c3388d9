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

    @property
    def round_seconds(self) -> float:
        """How long a worker's keeper waits at most between two looks: a lease's third, a sweep."""
        return min(self.lease_seconds / 3, self.sweep_seconds)

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
        port=int(_number("SCHOOLBELL_PORT", 8000, least=1, most=65_535, whole=True)),
        database_url=env.get("DATABASE_URL") or None,
        web_url=env.get("SCHOOLBELL_WEB_URL"),
        worker_url=env.get("SCHOOLBELL_WORKER_URL"),
        signin_url=env.get("SCHOOLBELL_SIGNIN_URL"),
        concurrency=int(_number("SCHOOLBELL_CONCURRENCY", 4, least=1, most=100, whole=True)),
        lease_seconds=_number("SCHOOLBELL_LEASE_SECONDS", 30),
        sweep_seconds=_number("SCHOOLBELL_SWEEP_SECONDS", 5),
        fetch_poll_seconds=_number("SCHOOLBELL_FETCH_POLL_SECONDS", 5),
        page_poll_seconds=_number("SCHOOLBELL_PAGE_POLL_SECONDS", 5),
    )


def _default_home() -> Path:
    """Root keeps the home out of a checkout that the system user may not enter."""
    return Path("/var/lib/schoolbell") if os.geteuid() == 0 else CHECKOUT / ".schoolbell"


def _number(
    name: str, usual: float, *, least: float = 0.05, most: float = 86_400, whole: bool = False
) -> float:
    """Read a number; raise SetupError, naming the variable, when it is none or out of bounds."""
    text = os.environ.get(name)
    if not text:
        return usual
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not least <= number <= most or (whole and number != int(number)):
        kind = "a whole number" if whole else "a number"
        raise SetupError(f"{name} must be {kind} from {least:g} to {most:g}, not {text!r}.")
    return number
