"""The one sentence that answers a page's question, with its tone and what to do."""

from datetime import date
from typing import Any, NamedTuple

from schoolbell.webapp.figures import Figures
from schoolbell.webapp.filters import count, day

MOST_PROBLEMS = 7
NOTHING_TO_DO = "Nothing to do."
LOOK_BELOW = "What to do stands under What happened lately."


class Verdict(NamedTuple):
    """A sentence, its tone (good, busy, gaps, bad or quiet) and a second line."""

    tone: str
    sentence: str
    detail: str


LATEST = {
    "waiting": ("busy", "The attendance figures are being made.", "It takes a few seconds."),
    "blocked": ("busy", "The attendance figures are being made.", "They wait for other jobs."),
    "running": ("busy", "The attendance figures are being made.", "It takes a few seconds."),
    "interrupted": ("busy", "The attendance figures are being made.", "Nothing to do."),
    "retrying": ("gaps", "The attendance figures are late.", "We are trying again by ourselves."),
    "failed": ("bad", "The attendance figures could not be made.", LOOK_BELOW),
}


def campus_verdict(figures: Figures | None, jobs: list[Any], year: Any) -> Verdict:  # noqa: ANN401
    """Answer "is my school's data ready?" from its figures, latest jobs and school year."""
    if jobs and jobs[0].state in LATEST:
        return Verdict(*LATEST[jobs[0].state])
    closing = _closing(year)
    if figures is None:
        coming = closing or "They appear here once attendance has been reported."
        return Verdict("quiet", "There are no attendance figures yet.", coming)
    if figures.withheld:
        detail = f"{figures.withheld.capitalize()} were reported so far. {closing}".strip()
        return Verdict("quiet", "Too few days were reported for figures.", detail)
    detail = f"Data as of {day(figures.as_of)}. {closing or 'Nothing to do.'}"
    return Verdict("good", "The attendance figures are ready.", detail)


def district_verdict(
    counts: Any,  # noqa: ANN401 (a row)
    load: Any,  # noqa: ANN401 (a row)
    problems: int,
    year: Any,  # noqa: ANN401 (a row)
    as_of: date | None,
) -> Verdict:
    """Answer "is everything that should have run done?" for the district."""
    if load is not None:
        return _loading(load, _needing(problems))
    if problems:
        return Verdict("bad", _needing(problems), "See below what happened and what to do.")
    if not counts.with_figures:
        detail = "Load a file with: ./run cli import nyc PATH"
        return Verdict("quiet", "No attendance has been loaded yet.", detail)
    ready, campuses = count(counts.with_figures), count(counts.campuses)
    whole = counts.with_figures == counts.campuses > 1
    sentence = f"All {ready} campuses have" if whole else f"{ready} of {campuses} campuses have"
    dated = f"Data as of {day(as_of)}." if as_of else "There is no summary of the district yet."
    detail = f"{dated} {_closing(year)}".strip()
    return Verdict("good", f"{sentence} their figures.", detail)


def _needing(problems: int) -> str:
    """Say how many jobs need a person; who asks has counted one more than `MOST_PROBLEMS`."""
    if problems > MOST_PROBLEMS:
        return f"More than {MOST_PROBLEMS} jobs need you."
    return {0: "", 1: "1 job needs you."}.get(problems, f"{problems} jobs need you.")


def _loading(load: Any, needing: str) -> Verdict:  # noqa: ANN401 (a row)
    if load.task != "import_nyc_attendance":
        done = count(load.needs_jobs - load.blocked_by)
        sentence = f"{done} of {count(load.needs_jobs)} campuses have their new figures."
        detail = needing or NOTHING_TO_DO
        return Verdict("busy", sentence, f"The rest follow by themselves. {detail}")
    if load.progress_total is None:
        return Verdict("busy", "Attendance is being loaded.", "The file is being read.")
    days = f"{count(load.progress_done)} of {count(load.progress_total)} days."
    return Verdict("busy", "Attendance is being loaded.", f"{days} {needing or NOTHING_TO_DO}")


def _closing(year: Any) -> str:  # noqa: ANN401 (a row)
    if year is None or not year.is_closed:
        return ""
    return f"{year.title}, closed: no new figures are expected."
