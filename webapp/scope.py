"""Whose eyes a page has: every page's transaction carries the token of the person signed in.

The database decides what is visible. Nothing here, and no page, filters by campus for safety.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import cast

from flask_login import UserMixin, current_user

from schoolbell.queue import accounts, db, queries
from schoolbell.queue.db import Transaction

ROLE_WORDS = {
    "district_admin": "District office: all campuses",
    "campus_lead": "School lead",
    "campus_admin": "School office",
    "campus_viewer": "May look, not change",
    "auditor": "Auditor: may look, not change",
}


@dataclass(frozen=True)
class Person(UserMixin):  # type: ignore[misc] # flask-login carries no types
    """The person who is signed in, as the database knows them by the session's token."""

    token: str
    account_id: int
    login: str
    name: str
    theme: str
    role: str
    is_district_admin: bool
    campus_ids: list[int] = field(default_factory=list)
    startable_ids: list[int] = field(default_factory=list)

    def get_id(self) -> str:
        """Return what the browser's cookie keeps: the token, worth nothing once signed out."""
        return self.token

    @property
    def role_words(self) -> str:
        """The role in words, for the account menu."""
        return ROLE_WORDS[self.role]

    def may_start(self, campus_id: int) -> bool:
        """Whether to show buttons that start and stop jobs; the database decides on its own."""
        return self.is_district_admin or campus_id in self.startable_ids


def load_person(token: str) -> Person | None:
    """Find who a token belongs to and keep the session alive; None when it has ended."""
    with db.transaction("web", token=token) as tx:
        row = queries.one(tx, "accounts/whoami")
        if row is None:
            return None
        queries.run(tx, "accounts/touch_session", hours=accounts.IDLE_HOURS)
        return Person(token=token, **row._asdict())


def person() -> Person:
    """Return who is signed in; only for pages that refuse everybody else."""
    return cast("Person", current_user)


def transaction() -> AbstractContextManager[Transaction]:
    """Open the page's transaction: it sees what this person may see and nothing else."""
    acting_as = db.DISTRICT if person().is_district_admin else db.CAMPUS
    return db.transaction("web", acting_as=acting_as, token=person().token)


@contextmanager
def own_settings() -> Iterator[Transaction]:
    """Open a transaction on the person's own account, such as the look of the pages."""
    with db.transaction("web", token=person().token) as tx:
        yield tx


def log_refusal(action: str, *, campus_id: int | None, job_id: int | None) -> None:
    """Log what was refused at a campus that the person sees; it commits whatever the page does."""
    with transaction() as tx:
        queries.run(tx, "accounts/log_refusal", action=action, campus_id=campus_id, job_id=job_id)
