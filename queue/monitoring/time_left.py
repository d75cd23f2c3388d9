"""How long a running job still takes, told from its own pace or from earlier jobs of its kind."""

from dataclasses import dataclass

# Steps of the running attempt from which its own pace can be told.
ENOUGH_STEPS = 3
MINUTE, HOUR = 60, 3600
# Minutes are said up to an hour and a half.
MOST_MINUTES = 90


@dataclass(frozen=True)
class Progress:
    """How far a running attempt is: `done` of `total`, of which it began at `began_at`.

    `seconds` have passed since the attempt's first sign of progress, `running_seconds` since its
    start; `usual_seconds` is the median of earlier jobs.
    """

    done: int | None
    total: int | None
    began_at: int | None = None
    seconds: float | None = None
    running_seconds: float | None = None
    usual_seconds: float | None = None


def seconds_left(progress: Progress) -> float | None:
    """Return the seconds that the job still takes, never below 0; None when nobody can know."""
    if progress.done is None or not progress.total or progress.done >= progress.total:
        return None
    steps = progress.done - (progress.began_at or 0)
    if steps >= ENOUGH_STEPS and progress.seconds is not None:
        return max(progress.seconds / steps * (progress.total - progress.done), 0)
    if progress.usual_seconds is None or progress.running_seconds is None:
        return None
    left = progress.usual_seconds - progress.running_seconds
    return left if left > 0 else None  # it already takes longer than usual: nobody knows


def in_words(seconds: float | None) -> str:
    """Say "about 4 min left"; nothing when it is not known."""
    if seconds is None:
        return ""
    if seconds < MINUTE:
        return "less than 1 min left"
    minutes = round(seconds / MINUTE)
    if minutes < MOST_MINUTES:
        return f"about {minutes} min left"
    return f"about {round(seconds / HOUR)} h left"


def words_for(row: object) -> str:
    """Say how long the job of a page's row still takes; nothing when it does not run."""
    if getattr(row, "state", None) != "running":
        return ""
    known = {name: getattr(row, column, None) for name, column in COLUMNS.items()}
    return in_words(seconds_left(Progress(**known)))


COLUMNS = {
    "done": "progress_done",
    "total": "progress_total",
    "began_at": "progress_from",
    "seconds": "progress_seconds",
    "running_seconds": "running_seconds",
    "usual_seconds": "usual_seconds",
}
