"""What a job's row and page say: a sentence for its state, what to do, its facts in plain words."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from schoolbell.queue.monitoring import ledger, time_left
from schoolbell.webapp.filters import clock, count, took, when
from schoolbell.webapp.verdicts import NOTHING_TO_DO, Verdict

NO_REASON = "no reason given"

# What a job was given or found, by its name in the ledger; a name without words is shown as it is.
FACT_WORDS = {
    "campuses_to_refresh": "Schools to work out anew",
    "changed": "Entries new or changed",
    "days": "Days",
    "failed_sign_ins": "Failed sign-ins forgotten",
    "figures": "Figures",
    "file_id": "Number of the file",
    "low_days": "Low days",
    "months_made": "Months made ready",
    "school_year": "School year",
    "schools": "Schools",
    "sessions": "Ended sign-ins forgotten",
}

TONES = {
    "running": "busy",
    "retrying": "gaps",
    "interrupted": "gaps",
    "succeeded": "good",
    "partial": "gaps",
    "failed": "bad",
}


class Fact(NamedTuple):
    """One plain fact: its name and its value, both for people."""

    name: str
    value: str


def is_live(job: Any) -> bool:  # noqa: ANN401 (a row)
    """Whether the job may still change by itself."""
    return job.state in ledger.LIVE


def job_line(job: Any, zone: str, now: datetime) -> str:  # noqa: ANN401 (a row)
    """Say in a few words what stands under a job's state in a list; empty when that says it all."""
    line = LINES.get(job.state)
    return line(job, zone, now) if line else ""


def job_verdict(job: Any) -> Verdict:  # noqa: ANN401 (a row of pages/show_job)
    """Answer "what happened and what do I do?" for one job."""
    told = STORIES[job.state](job, job_line(job, job.zone, job.now))
    return Verdict(TONES.get(job.state, "quiet"), told[0], " ".join(filter(None, told[1:])))


def facts(values: Mapping[str, Any] | None) -> list[Fact]:
    """Turn what a job was given or found into facts; what is no number or text is left out."""
    return [
        Fact(FACT_WORDS.get(name, name.replace("_", " ").capitalize()), _plain(name, value))
        for name, value in (values or {}).items()
        if isinstance(value, (int, str)) and not isinstance(value, bool)
    ]


def _plain(name: str, value: int | str) -> str:
    return count(value) if isinstance(value, int) and not name.endswith("_id") else str(value)


def _jobs(number: int) -> str:
    return "1 job" if number == 1 else f"{count(number)} jobs"


def _progress(job: Any, zone: str, now: datetime) -> str:  # noqa: ANN401
    del zone, now
    if job.cancel_requested_by:
        return f"Stopping, asked by {job.cancel_requested_by}"
    if job.progress_total is None:
        return ""
    unit = f" {job.progress_text}" if job.progress_text else ""
    left = time_left.words_for(job)
    done = f"{count(job.progress_done)} of {count(job.progress_total)}{unit}"
    return f"{done}, {left}" if left else done


def _next_try(job: Any, zone: str, now: datetime) -> str:  # noqa: ANN401
    at = f" {_at(job.due_at, zone, now)}" if job.due_at else ""
    return f"Try {job.attempt_count + 1} of {job.max_attempts}{at}"


def _at(moment: datetime, zone: str, now: datetime) -> str:
    if moment <= now:
        return "at any moment"
    is_today = moment.astimezone(ZoneInfo(zone)).date() == now.astimezone(ZoneInfo(zone)).date()
    return f"at {clock(moment, zone) if is_today else when(moment, zone, now)}"


LINES: dict[str, Callable[[Any, str, datetime], str]] = {
    "scheduled": lambda job, zone, now: f"Starts {when(job.due_at, zone, now)}",
    "blocked": lambda job, _zone, _now: f"Waits for {_jobs(job.blocked_by)}",
    "running": _progress,
    "retrying": _next_try,
    "interrupted": lambda _job, _zone, _now: "Starts again by itself",
    "partial": lambda job, _zone, _now: job.error_text or "",
    "failed": lambda job, _zone, _now: job.error_text or "",
}


def _running(job: Any, line: str) -> tuple[str, ...]:  # noqa: ANN401
    if job.cancel_requested_by:
        return f"{line}.", "It stops within a few seconds. What is done is kept."
    return (f"Running: {line}." if line else "Running."), "It goes on by itself.", NOTHING_TO_DO


def _stopped(job: Any, _line: str) -> tuple[str, ...]:  # noqa: ANN401
    by = f"Stopped by {job.cancel_requested_by}" if job.cancel_requested_by else "Stopped"
    reason = (job.cancel_reason or NO_REASON).rstrip(".")
    why = "" if reason == NO_REASON else f": {reason}"
    return f"{by}{why}.", "Run it again when it is wanted."


def _failed(job: Any, line: str) -> tuple[str, ...]:  # noqa: ANN401
    tries = "1 try" if job.attempt_count == 1 else f"{job.attempt_count} tries"
    stopped = f"Stopped after {tries}." if job.attempt_count else ""
    return f"Could not finish. {line}".strip(), stopped, job.next_step or "Run it again."


def _with_gaps(job: Any, line: str) -> tuple[str, ...]:  # noqa: ANN401
    parts = len(job.failed_parts)
    missing = "1 part is missing." if parts == 1 else f"{count(parts)} parts are missing."
    return (
        f"Ready with gaps: {missing}",
        _parts_done(job),
        line,
        job.next_step or "Run it again for what is missing.",
    )


def _parts_done(job: Any) -> str:  # noqa: ANN401
    """Say "38 of 40 classes, 2 failed."; nothing of a job that did not count its parts."""
    if not job.progress_total or not job.failed_parts:
        return ""
    done = f"{count(job.progress_done)} of {count(job.progress_total)}"
    return f"{done} {job.progress_text or 'parts'}, {count(len(job.failed_parts))} failed."


STORIES: dict[str, Callable[[Any, str], tuple[str, ...]]] = {
    "waiting": lambda _job, _line: ("Waiting for its turn.", "It starts by itself.", NOTHING_TO_DO),
    "scheduled": lambda _job, line: (f"Waiting. {line}.", NOTHING_TO_DO),
    "blocked": lambda job, _line: (
        f"Waits for {count(job.blocked_by)} of {_jobs(job.needs_jobs)}.",
        "It starts by itself when they have ended.",
        NOTHING_TO_DO,
    ),
    "running": _running,
    "retrying": lambda job, line: (f"{line}.", job.error_text or "", NOTHING_TO_DO),
    "succeeded": lambda job, _line: (f"Ready. It took {took(job.took_seconds)}.", NOTHING_TO_DO),
    "partial": _with_gaps,
    "failed": _failed,
    "cancelled": _stopped,
    "interrupted": lambda _job, _line: (
        "Interrupted: the computer stopped.",
        "It starts again by itself.",
        NOTHING_TO_DO,
    ),
}
