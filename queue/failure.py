"""Why an attempt did not end well, as the ledger keeps it."""

from dataclasses import dataclass

from schoolbell.queue.tasks import Outcome


@dataclass(frozen=True)
class Failure:
    """Why an attempt did not end well, in plain words for an admin."""

    error_class: str
    text: str
    next_step: str
    traceback: str | None = None

    def as_parameters(self) -> dict[str, str | None]:
        """Return the fields as the ledger's functions name them."""
        return {
            "error_class": self.error_class,
            "error_text": self.text,
            "next_step": self.next_step,
            "traceback": self.traceback,
        }


NO_FAILURE: dict[str, str | None] = dict.fromkeys(
    ("error_class", "error_text", "next_step", "traceback")
)


def none_done(outcome: Outcome) -> Failure:
    """Say that every part of the job failed."""
    count = len(outcome.failed_parts)
    return Failure(
        "NothingDone",
        f"None of its {count} parts could be done.",
        "See what is wrong with the parts, then run it again.",
    )
