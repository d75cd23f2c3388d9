"""The filters of the list of jobs: read from the address, written into every link of the list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from flask import abort, url_for
from werkzeug.datastructures import MultiDict

from schoolbell.webapp import states

CATEGORY_WORDS = {
    "campus": "School figures",
    "analytics": "District figures",
    "system": "Data coming in",
    "maintenance": "Upkeep",
}
OF_A_CAMPUS = ("campus", "system")


class Key(NamedTuple):
    """Where a page of the list ends: the creation time and id of its last job."""

    at: datetime | None
    id: int | None


class Chip(NamedTuple):
    """One choice of a filter, as a link."""

    label: str
    url: str
    is_on: bool


@dataclass(frozen=True)
class Filters:
    """What the address asks for; an unknown word is refused, another campus does not exist."""

    campus: str
    category: str
    state: str
    before: str

    @property
    def states(self) -> list[str] | None:
        """The ledger's states that the chosen word covers."""
        if not self.state:
            return None
        covered = [names for names in states.state_choices().values() if self.state in names]
        return list(covered[0]) if covered else abort(400)

    @property
    def key(self) -> Key:
        """The key to go on from."""
        at, _, job_id = self.before.partition("~")
        try:
            return Key(datetime.fromisoformat(at), int(job_id)) if self.before else Key(None, None)
        except ValueError:
            abort(400)

    @property
    def is_any(self) -> bool:
        """Whether the list is narrowed at all."""
        return bool(self.campus or self.category or self.state)

    def url(self, **changed: str) -> str:
        """The address of the same list with something changed; paging starts anew."""
        kept = {"campus": self.campus, "category": self.category, "state": self.state}
        given: dict[str, Any] = {name: value for name, value in (kept | changed).items() if value}
        return url_for("jobs.index", **given)

    def chips(self, name: str, words: Mapping[str, str]) -> list[Chip]:
        """Offer each word of a filter, and all of them."""
        chosen = getattr(self, name)
        choices = {"": "All", **words}
        return [
            Chip(word, self.url(**{name: value}), is_on=value == chosen)
            for value, word in choices.items()
        ]


def asked_for(given: MultiDict[str, str]) -> Filters:
    """Read the filters of an address."""
    filters = Filters(
        campus=given.get("campus", "").strip(),
        category=given.get("category", ""),
        state=given.get("state", ""),
        before=given.get("before", ""),
    )
    if filters.category and filters.category not in CATEGORY_WORDS:
        abort(400)
    return filters


def state_words() -> dict[str, str]:
    """Each word for states once, by the first state that it covers."""
    return {covered[0]: word for word, covered in states.state_choices().items()}
