"""Errors that a person reads: each message is one sentence for an admin."""


class SchoolbellError(Exception):
    """Something an admin can understand and act on; the text is shown as it is."""


class SetupError(SchoolbellError):
    """The installation cannot start: a port is taken, PostgreSQL is not reachable."""


class InvalidInputError(SchoolbellError):
    """What was handed in cannot be used, and nothing of it was kept."""


class TransientError(SchoolbellError):
    """The same job may succeed later: it is worth another try.

    `retry_after_seconds` is what the other side asked for (HTTP's Retry-After): no try is sooner.
    """

    def __init__(self, message: str, *, retry_after_seconds: float = 0) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class InvalidJobError(SchoolbellError):
    """The job can never succeed as it was asked for: it is not tried again."""


class CampusNotFoundError(SchoolbellError):
    """No such campus, or none that the asker may know of."""


class RightMissingError(SchoolbellError):
    """The asker sees the campus, or the job's campus, but may not do this there."""

    def __init__(
        self, message: str, *, campus_id: int | None = None, job_id: int | None = None
    ) -> None:
        super().__init__(message)
        self.campus_id = campus_id
        self.job_id = job_id


class DuplicateJobError(SchoolbellError):
    """The same work is already waiting or being done; `job_id` names the job."""

    def __init__(self, message: str, job_id: int) -> None:
        super().__init__(message)
        self.job_id = job_id


class JobCancelledError(SchoolbellError):
    """Somebody stopped the running job."""


class TimeLimitError(TransientError):
    """The work took longer than it may; another try may find the database less busy."""

    def __init__(self, limit_seconds: float) -> None:
        super().__init__(f"The work took longer than it may ({limit_seconds:g} s) and was stopped.")


class WorkDiedError(TransientError):
    """The process of its own that did the work ended before the work did."""
