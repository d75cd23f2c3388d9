"""A throw-away installation, started as a newcomer would, and checked through what its users see.

Prints a line for each check and ends on `smoke: N passed, N failed`; exits 0 when all passed.
"""

import html
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import psycopg

from schoolbell.queue import postgres

ROOT = Path(__file__).parent.parent
ORACLE = json.loads((ROOT / "tests/oracles/nyc_sy2016.json").read_text())
LOAD_SECONDS = 300
STOP_SECONDS = 40
SCHOOLS = ("01M015", "01M019", "05M685")
WEEKDAYS = {
    "Mon": "Monday",
    "Tue": "Tuesday",
    "Wed": "Wednesday",
    "Thu": "Thursday",
    "Fri": "Friday",
}
ALL_DONE = "All 1,645 campuses have their figures."


class Browser:
    """A person's browser without script: it keeps cookies, follows links and sends forms."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """Return the status and the words of a page; with a form, send it."""
        body = urllib.parse.urlencode(form).encode() if form else None
        try:
            with self.opener.open(self.address + path, body, timeout=30) as answer:
                return answer.status, words(answer.read().decode())
        except urllib.error.HTTPError as refused:
            return refused.code, words(refused.read().decode())

    def post(self, path: str, page: str, **fields: str) -> tuple[int, str]:
        """Send the form of a page with the token that the page gave it."""
        with self.opener.open(self.address + page, timeout=30) as answer:
            token = re.search(r'name="csrf_token" value="([^"]+)"', answer.read().decode())
        return self.get(path, {**fields, "csrf_token": token.group(1) if token else ""})

    def sign_in(self, login: str, password: str) -> tuple[int, str]:
        """Sign in through the page."""
        return self.post("/sign-in", "/sign-in", login=login, password=password)


class Checks:
    """Counts what passed and what failed, a printed line each."""

    def __init__(self) -> None:
        self.passed = self.failed = 0

    def that(self, holds: bool, sentence: str) -> None:  # noqa: FBT001 (the fact itself)
        """Count one fact."""
        self.passed, self.failed = self.passed + holds, self.failed + (not holds)
        print(f"{'ok    ' if holds else 'FAILED'}  {sentence}", flush=True)

    def shows(self, page: tuple[int, str], text: str, sentence: str) -> None:
        """Count whether a page answers 200 and has some words on it."""
        self.that(page[0] == 200 and text in page[1], f"{sentence}: {text!r}")


def words(page: str) -> str:
    """Return what a person reads of a page, its blanks made one."""
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


@contextmanager
def installation(home: Path) -> Iterator[str]:
    """Start everything in a home of its own and yield the address; stop it in order at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    os.environ.update(SCHOOLBELL_HOME=str(home), SCHOOLBELL_PORT=str(port))
    for name in ("DATABASE_URL", "SCHOOLBELL_HOST", *(f"SCHOOLBELL_{role}_URL" for role in ROLES)):
        os.environ.pop(name, None)
    started = subprocess.Popen([schoolbell(), "up"], start_new_session=True)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for_health(started, address)
        yield address
    finally:
        started.terminate()  # a shell that runs us in the background has switched Ctrl-C off
        try:
            started.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            started.kill()
            raise


ROLES = ("WEB", "WORKER", "SIGNIN")


def schoolbell() -> str:
    """Return the command beside this Python."""
    return str(Path(sys.executable).with_name("schoolbell"))


def wait_for_health(started: subprocess.Popen[bytes], address: str) -> None:
    """Wait until the pages answer, or say that the start failed."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and started.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=5):  # noqa: S310 (http, ours)
                return
        except OSError:
            time.sleep(0.3)
    raise RuntimeError("Schoolbell did not start: see the lines above")


def cli(*arguments: str) -> dict[str, Any]:
    """Run the schoolbell command and return what its last line says."""
    done = subprocess.run(
        [schoolbell(), *arguments, "--json"], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def wait_for_figures(browser: Browser) -> bool:
    """Wait until the import, the refreshes and the summary have ended, as the Overview says."""
    deadline = time.monotonic() + LOAD_SECONDS
    while time.monotonic() < deadline:
        if ALL_DONE in browser.get("/")[1]:
            return True
        time.sleep(1)
    return False


def check_district(checks: Checks, district: Browser) -> None:
    """What the district office sees."""
    overview = district.get("/")
    checks.shows(overview, ALL_DONE, "the Overview's verdict")
    checks.shows(overview, "School year 2015-16, closed", "a closed year expects nothing")
    mean = ORACLE["district_weekday_mean"]
    checks.shows(overview, f"{mean['all']:.1f}%", "the district's mean")
    checks.shows(overview, "266,553", "the number of figures behind it")
    for weekday in WEEKDAYS:
        value = ORACLE["district_weekday_mean_ex_low_days"][weekday]
        checks.shows(overview, f"{weekday} {value:.1f}%", "the weekday chart's table")
    for day, value in ORACLE["district_low_days"]["days"][:2]:
        checks.shows(overview, f"{int(day[6:])} Jun 2016", f"the low day of {value:.1f}%")
    checks.that("Late" not in overview[1], "nothing of the closed year is called late")
    jobs = district.get("/jobs/?category=system")
    checks.shows(jobs, "Attendance import", "the import in the list of jobs")
    for number in SCHOOLS:
        check_school(checks, number, district.get(f"/campuses/?search={number}"))
    nothing = district.get("/campuses/?search=99Z999")
    checks.that("ROBERTO" not in nothing[1].upper(), "a search for no school finds none")


def check_school(checks: Checks, number: str, page: tuple[int, str]) -> None:
    """One school's line among the campuses."""
    school = ORACLE["schools"][number]
    checks.shows(page, f"{school['mean']:.1f}%", f"{number}'s mean")
    checks.shows(page, WEEKDAYS[school["worst_weekday"]], f"{number}'s worst weekday")


def check_figures(checks: Checks) -> None:
    """Figures to four decimals, as the command line prints them."""
    whole = {row["weekday"]: row for row in cli("figures", "weekday_mean")["rows"]}
    rest = cli("figures", "weekday_mean", "--exclude-low-days")
    for weekday in WEEKDAYS:
        expected = ORACLE["district_weekday_mean"][weekday]
        checks.that(whole[weekday]["value"] == expected, f"{weekday} {expected}, all days")
    found = {row["weekday"]: row["value"] for row in rest["rows"]}
    expected = {weekday: ORACLE["district_weekday_mean_ex_low_days"][weekday] for weekday in found}
    checks.that(found == expected, f"without low days {expected}")
    boroughs = cli("figures", "attendance_mean", "--by", "borough")["rows"]
    for row in boroughs:
        expected = ORACLE["borough_weekday_mean"]["values"][row["borough"]]
        same = (row["value"], row["n"]) == (expected["all"], expected["n"])
        checks.that(same, f"borough {row['borough']}: {expected['all']} of {expected['n']}")
    low = [row["value"] for row in cli("figures", "low_days")["rows"]]
    checks.that(low == [value for _, value in ORACLE["district_low_days"]["days"]], "14 low days")
    check_all_schools(checks)


def check_all_schools(checks: Checks) -> None:
    """Counts over every school with at least 20 days."""
    expected = ORACLE["all_schools_summary"]
    rows = cli("figures", "worst_weekday", "--by", "campus")["rows"]
    worst = [row["weekday"] for row in rows if row["value"] is not None]
    counts = {weekday: worst.count(weekday) for weekday in WEEKDAYS}
    checks.that(counts == expected["worst_weekday_counts"], f"worst weekdays {counts}")
    means = cli("figures", "attendance_mean", "--by", "campus")["rows"]
    days = sum(row["n"] for row in means if row["value"] is not None)
    checks.that(len(means) == 1645, "1,645 campuses have a line of figures")
    checks.that(days == expected["sum_n_days"], f"{days} school-days behind them")


def check_office(checks: Checks, office: Browser, foreign_job: int) -> None:
    """What the office of one school sees, and what it must not see."""
    school = ORACLE["schools"]["01M015"]
    today = office.get("/")
    checks.shows(today, "The attendance figures are ready.", "Today's verdict")
    checks.shows(today, f"{school['mean']:.1f}%", "the school's mean")
    checks.shows(today, WEEKDAYS[school["worst_weekday"]], "the school's worst weekday")
    checks.shows(today, f"of {school['n_days']} school days", "the days behind it")
    jobs = office.get("/jobs/")
    checks.that(
        jobs[0] == 200 and "ASHER LEVY" not in jobs[1].upper(), "only the school's own jobs"
    )
    for path in ("/c/01M019", "/jobs/?campus=01M019", f"/jobs/{foreign_job}"):
        checks.that(
            office.get(path)[0] == 404, f"another school's {path.split('?')[0]} does not exist"
        )
    fields = {"task": "refresh_attendance_patterns", "campus": "01M015", "reason": "smoke"}
    started = office.post("/jobs/", "/c/01M015", **fields)
    checks.shows(started, "Attendance patterns", "a run that the office starts")
    deadline = time.monotonic() + 30
    while (page := office.get("/c/01M015")) and "are ready." not in page[1]:
        if time.monotonic() > deadline:
            break
        time.sleep(0.5)
    checks.shows(page, "The attendance figures are ready.", "it ends")


def check_others(checks: Checks, demo: Browser, nobody: Browser) -> None:
    """The made-up campus, and somebody who is not signed in."""
    today = demo.get("/")
    checks.shows(today, "Made-up figures", "the made-up campus says so")
    checks.shows(today, "The attendance figures are ready.", "and its first screen lives")
    checks.shows(nobody.get("/jobs/"), "Sign in", "who is not signed in is asked to")
    checks.that(nobody.sign_in("district", "wrong")[0] == 401, "a wrong password is refused")


def check_alteration(checks: Checks, home: Path) -> None:
    """Alter one figure by SQL: the same checks must notice; then put it back."""
    alter = (
        "update metric_campus_period set value = value {} 0.0001 where metric = 'weekday_mean'"
        " and dimension = 'weekday' and member = 'Wed' and campus_id ="
        " (select campus_id from campuses where kind = 'district')"
    )
    with psycopg.connect(postgres.ensure(home), autocommit=True) as connection:
        connection.execute(alter.format("+"))
        found = {row["weekday"]: row["value"] for row in cli("figures", "weekday_mean")["rows"]}
        connection.execute(alter.format("-"))
    noticed = found["Wed"] != ORACLE["district_weekday_mean"]["Wed"]
    checks.that(noticed, "a figure altered by SQL in its fourth decimal is noticed")


def run(home: Path, checks: Checks) -> None:
    """Start, wait, look as every persona, stop."""
    with installation(home) as address:
        logins = dict(line.split() for line in (home / "logins.txt").read_text().splitlines())
        people = {login: Browser(address) for login in logins}
        for login, password in logins.items():
            status, page = people[login].sign_in(login, password)
            checks.that(status == 200 and "Sign out" in page, f"{login} signs in")
        checks.that(
            wait_for_figures(people["district"]), "import, refreshes and summary have ended"
        )
        check_district(checks, people["district"])
        check_figures(checks)
        [job] = cli("jobs", "list", "--campus", "01M019", "--most", "1")
        check_office(checks, people["office-01M015"], job["job_id"])
        check_others(checks, people["office-DEMO01"], Browser(address))
        check_alteration(checks, home)
    checks.that(not postgres.is_running(home), "everything has stopped")


def main() -> int:
    """Run in a temporary home; return the exit status."""
    home = Path(tempfile.mkdtemp(prefix="schoolbell-smoke-"))
    home.chmod(0o755)  # ours: as root, PostgreSQL's system user must get in
    checks = Checks()
    try:
        run(home, checks)
    except (OSError, RuntimeError, subprocess.SubprocessError, LookupError) as broken:
        checks.that(False, f"nothing more could be checked: {broken}")  # noqa: FBT003 (the fact)
    finally:
        postgres.stop(home)
        shutil.rmtree(home, ignore_errors=True)
    print(f"smoke: {checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
