"""What a person of campus A tries at every route to reach campus B. A new route has its entry here.

Each attempt is made twice: with B's number or job, and with one that does not exist.
"""

from dataclasses import dataclass, field
from typing import Any

from schoolbell.tests import factories as make
from schoolbell.tests.security import world as worlds

NO_NUMBER, NO_JOB = "75X998", 987_654
TASK = "refresh_attendance_patterns"


@dataclass(frozen=True)
class Attempt:
    """A request with {number} and {job} to fill in, and the status that A gets for it."""

    method: str
    url: str
    status: int
    form: dict[str, str] = field(default_factory=dict)


def get(url: str, status: int) -> Attempt:
    return Attempt("GET", url, status)


def post(url: str, status: int, **form: str) -> Attempt:
    return Attempt("POST", url, status, form)


ATTEMPTS: dict[str, tuple[Attempt, ...]] = {
    "overview.show": (get("/", 302), get("/?campus={number}", 302)),
    "today.own": (get("/c/", 302), get("/c/?campus={number}", 302)),
    "today.show": (
        get("/c/{number}", 404),
        get("/c/district", 404),
        get("/c/QUAGGA%20SCHOOL", 404),
    ),
    "campuses.index": (
        get("/campuses/", 200),
        get("/campuses/?search={number}", 200),
        get("/campuses/?search=quagga", 200),
        get("/campuses/?borough=X", 200),
        get("/campuses/?after=ACORN%20SCHOOL~0", 200),
        get("/campuses/?after=QUAGGA%20SCHOOL~0&search={number}", 200),
    ),
    "jobs.index": (
        get("/jobs/", 200),
        get("/jobs/?campus={number}", 404),
        get("/jobs/?campus={number}&state=failed&category=campus", 404),
        get("/jobs/?campus=district", 404),
        get("/jobs/?before=2100-01-01T00:00:00%2B00:00~{job}", 200),
        get("/jobs/?state=waiting", 200),
        get("/jobs/?category=campus", 200),
    ),
    "jobs.start": (
        post("/jobs/", 404, campus="{number}", task=TASK, reason="mine now"),
        post("/jobs/", 404, campus="{number}", task="summarise_district_attendance"),
        post("/jobs/", 404, campus="district", task="summarise_district_attendance"),
        post("/jobs/", 404, campus="", task=TASK, campus_id="{job}"),
    ),
    "jobs.show": (get("/jobs/{job}", 404), get("/jobs/{job}?campus=01M001", 404)),
    "jobs.cancel": (
        post("/jobs/{job}/cancel", 404, reason="mine now"),
        post("/jobs/{job}/cancel", 404, campus="01M001"),
    ),
    "jobs.again": (post("/jobs/{job}/again", 404), post("/jobs/{job}/again", 404, job_id="1")),
    "auth.sign_in": (get("/sign-in?next=/c/{number}", 302),),
    "auth.open_session": (
        post("/sign-in?next=/jobs/{job}", 401, login="b", password="guessed"),
        post("/sign-in", 401, login="{number}", password="guessed"),
    ),
    "auth.choose_theme": (post("/theme", 302, choice="dark", next="/jobs/{job}", account_id="6"),),
    "auth.sign_out": (post("/sign-out", 302, login="b", token="b"),),
    "health": (get("/health?campus={number}", 200),),
    "static": (get("/static/app.css?campus={number}", 200), get("/static/{number}", 404)),
}

OPEN_TO_ALL = {"auth.sign_in", "auth.open_session", "health", "static"}


def fill(attempt: Attempt, number: str, job: int) -> tuple[str, dict[str, str]]:
    """Return an attempt's address and form with a number and a job in them."""
    values = {"number": number, "job": job}
    form = {name: value.format(**values) for name, value in attempt.form.items()}
    return attempt.url.format(**values), form


def at_b(attempt: Attempt, world: worlds.World) -> list[tuple[str, dict[str, str]]]:
    """Return an attempt at each job of B, or the one attempt where no job is named."""
    jobs = list(world.jobs.values())
    named = "{job}" in attempt.url + str(attempt.form)
    return [fill(attempt, worlds.NUMBER, job) for job in (jobs if named else jobs[:1])]


def at_nothing(attempt: Attempt) -> tuple[str, dict[str, str]]:
    """Return the same attempt at what does not exist."""
    return fill(attempt, NO_NUMBER, NO_JOB)


def send(client: Any, method: str, url: str, form: dict[str, str], token: str) -> Any:
    """Send one attempt as a page of ours would."""
    sent = {"data": {**form, "csrf_token": token}} if method == "POST" else {}
    return client.open(url, method=method, buffered=True, **sent)


def sign_in(client, login, password=make.PASSWORD, **options):
    """Sign in through the page, with whatever name and password."""
    form = {"login": login, "password": password, "csrf_token": make.csrf(client, "/sign-in")}
    return client.post("/sign-in" + options.pop("query", ""), data=form, **options)
