"""The words, shapes and colours that people see for a state. One table, used by every page."""

from typing import NamedTuple


class State(NamedTuple):
    """How one state is shown: the word says it, shape and colour only repeat it."""

    word: str
    shape: str
    colour: str


JOB_STATES = {
    "waiting": State("Waiting", "hourglass", "secondary"),
    "scheduled": State("Waiting", "calendar", "secondary"),
    "blocked": State("Waiting", "link", "secondary"),
    "running": State("Running", "play", "blue"),
    "retrying": State("Trying again", "again", "purple"),
    "succeeded": State("Ready", "check", "green"),
    "partial": State("Ready with gaps", "half", "yellow"),
    "failed": State("Could not finish", "cross", "red"),
    "cancelled": State("Stopped", "stop", "secondary"),
    "interrupted": State("Interrupted", "unplugged", "orange"),
}
"""The ten states of a job, in the order of its life."""

OTHER_STATES = {
    "late": State("Late", "alarm", "orange"),
    "held": State("Held", "moon", "purple"),
    "skipped": State("Skipped", "skip", "secondary"),
    "missed": State("Missed", "alert", "red"),
    "paused": State("Paused", "pause", "secondary"),
}
"""States of expected runs, messages and schedules; a job is never in one of them."""

STATES = JOB_STATES | OTHER_STATES


def state_choices() -> dict[str, tuple[str, ...]]:
    """List each word once with the job states it covers: the choices of a filter."""
    words: dict[str, tuple[str, ...]] = {}
    for name, state in JOB_STATES.items():
        words[state.word] = (*words.get(state.word, ()), name)
    return words
