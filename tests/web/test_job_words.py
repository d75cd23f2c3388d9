"""What the page of a job says for each state, in plain words."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from schoolbell.webapp import job_words, states

NOW = datetime(2026, 11, 24, 11, 4, tzinfo=UTC)
ZONE = "America/New_York"


def job(state, **facts):
    known = {
        "state": state,
        "zone": ZONE,
        "now": NOW,
        "attempt_count": 1,
        "max_attempts": 3,
        "blocked_by": 445,
        "needs_jobs": 1645,
        "due_at": NOW + timedelta(minutes=16),
        "progress_done": None,
        "progress_total": None,
        "progress_text": None,
        "cancel_requested_by": None,
        "cancel_reason": None,
        "error_text": None,
        "next_step": None,
        "failed_parts": [],
        "took_seconds": 0.42,
    }
    return SimpleNamespace(**known | facts)


def told(state, **facts):
    verdict = job_words.job_verdict(job(state, **facts))
    return f"{verdict.sentence} {verdict.detail}"


PROGRESS = {"progress_done": 61, "progress_total": 184, "progress_text": "days"}
PACE = {"progress_from": 0, "progress_seconds": 120}


@pytest.mark.parametrize(
    ("state", "facts", "words"),
    [
        ("waiting", {}, "Waiting for its turn. It starts by itself. Nothing to do."),
        ("scheduled", {}, "Waiting. Starts Tue 6:20 am. Nothing to do."),
        ("blocked", {}, "Waits for 445 of 1,645 jobs. It starts by itself when they have ended."),
        ("running", {}, "Running. It goes on by itself. Nothing to do."),
        ("running", PROGRESS, "Running: 61 of 184 days. It goes on by itself."),
        ("running", PROGRESS | PACE, "Running: 61 of 184 days, about 4 min left. It goes on"),
        (
            "running",
            {"cancel_requested_by": "J. Ruiz"},
            "Stopping, asked by J. Ruiz. It stops within",
        ),
        ("retrying", {"error_text": "It broke."}, "Try 2 of 3 at 6:20 am. It broke. Nothing"),
        ("retrying", {"due_at": NOW}, "Try 2 of 3 at any moment."),
        ("retrying", {"due_at": NOW + timedelta(days=1)}, "Try 2 of 3 at Wed 6:04 am."),
        ("succeeded", {}, "Ready. It took 0.4 s. Nothing to do."),
        ("partial", {"failed_parts": ["7B", "9C"]}, "Ready with gaps: 2 parts are missing. Run it"),
        ("partial", {"failed_parts": ["7B"]}, "Ready with gaps: 1 part is missing."),
        (
            "partial",
            {"failed_parts": ["7B", "9C"], **PROGRESS, "progress_done": 182},
            "Ready with gaps: 2 parts are missing. 182 of 184 days, 2 failed. Run it again",
        ),
        ("failed", {}, "Could not finish. Stopped after 1 try. Run it again."),
        (
            "failed",
            {"attempt_count": 3, "error_text": "It broke.", "next_step": "Mend it."},
            "Could not finish. It broke. Stopped after 3 tries. Mend it.",
        ),
        (
            "cancelled",
            {"cancel_requested_by": "J. Ruiz", "cancel_reason": "wrong year."},
            "Stopped by J. Ruiz: wrong year. Run it again when it is wanted.",
        ),
        (
            "cancelled",
            {"cancel_requested_by": "J. Ruiz", "cancel_reason": job_words.NO_REASON},
            "Stopped by J. Ruiz. Run it again",
        ),
        ("cancelled", {}, "Stopped. Run it again"),
        ("interrupted", {}, "Interrupted: the computer stopped. It starts again by itself."),
    ],
)
def test_a_job_says_what_happened_and_what_to_do(state, facts, words):
    assert told(state, **facts).startswith(words)


def test_every_state_has_its_words():
    assert set(job_words.STORIES) == set(states.JOB_STATES)


@pytest.mark.parametrize(
    ("state", "facts", "line"),
    [
        ("blocked", {"blocked_by": 1}, "Waits for 1 job"),
        ("running", PROGRESS, "61 of 184 days"),
        ("running", {**PROGRESS, "progress_text": None}, "61 of 184"),
        ("running", {}, ""),
        ("retrying", {"due_at": None}, "Try 2 of 3"),
        ("failed", {"error_text": "It broke."}, "It broke."),
        ("succeeded", {}, ""),
    ],
)
def test_a_row_of_a_list_says_more_than_its_state_where_there_is_more(state, facts, line):
    assert job_words.job_line(job(state, **facts), ZONE, NOW) == line


def test_what_came_of_a_job_is_said_in_plain_facts():
    found = {"school_year": "2015-16", "days": 1840, "file_id": 1234, "odd_name": 2, "list": [1]}
    assert job_words.facts({**found, "flag": True}) == [
        ("School year", "2015-16"),
        ("Days", "1,840"),
        ("Number of the file", "1234"),
        ("Odd name", "2"),
    ]
    assert job_words.facts(None) == []
