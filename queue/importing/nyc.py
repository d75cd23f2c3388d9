"""Read New York's daily attendance files: reported percentages by school and day, not pupils.

Columns date (YYYYMMDD), dbn (school number) and attn_pct (0 to 100, or NS for not submitted); the
rows with dbn TOTAL are the district's own enrolment-weighted figure. Everything is checked before
anything is kept: a file with one wrong line is refused whole, with the line named.
"""

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from schoolbell.queue.errors import InvalidInputError

TOTAL = "TOTAL"
NOT_SUBMITTED = "NS"
# The third character of a school number is its borough; the column of that name has gaps.
SCHOOL_NUMBER = re.compile(r"\d{2}[MXKQR]\d{3}", re.ASCII)
PERCENT = re.compile(r"\d{1,3}(\.\d{1,6})?", re.ASCII)
# A mistyped year such as 0209 or 2173 makes no date.
DAY = re.compile(r"((?:19|20)\d{2})-?(\d{2})-?(\d{2})", re.ASCII)
WHOLE = 100
# Twenty times the real file of one year; more is not attendance.
MOST_BYTES = 200_000_000
TOO_LARGE = "{} is larger than attendance files are. Nothing was imported."
MOST_COMPLAINTS = 5


@dataclass(frozen=True)
class School:
    """A school as the list of schools names it."""

    sourced_id: str
    name: str
    borough: str


@dataclass
class Day:
    """One day's figures, by school number or TOTAL: None means not submitted."""

    given: dict[str, Decimal | None] = field(default_factory=dict)

    @property
    def percents(self) -> dict[str, Decimal | None]:
        """The schools' figures."""
        return {number: percent for number, percent in self.given.items() if number != TOTAL}

    @property
    def total(self) -> Decimal | None:
        """The district's own figure, if one was given."""
        return self.given.get(TOTAL)

    @property
    def is_session(self) -> bool:
        """A day on which no school has a number was no school day at all."""
        return any(percent is not None for percent in self.percents.values())


@dataclass(frozen=True)
class Reported:
    """A whole file, checked: days in order, and the schools it speaks of."""

    days: dict[date, Day]
    schools: dict[str, School]


def read(
    name: str,
    content: bytes,
    schools: bytes | None,
    known: frozenset[str],
    latest: date = date.max,
) -> Reported:
    """Check and read an attendance file, with the list of schools that came with it.

    `known` are the school numbers already on record, `latest` is the last day that can have been
    reported: a mistyped year would else become the district's latest. Raises InvalidInputError
    with one sentence a complaint, at most five, when anything is wrong.
    """
    listed = list_schools(schools) if schools is not None else {}
    known |= listed.keys()
    days: dict[date, Day] = {}
    complaints: list[str] = []
    for line, row in _rows(name, content, ("date", "dbn", "attn_pct")):
        complaint = _take(days, row, known, latest)
        if complaint:
            complaints.append(f"{name}, line {line}: {complaint}")
            if len(complaints) == MOST_COMPLAINTS:
                break
    if not complaints and not days:
        complaints.append(f"{name} holds no figures.")
    if complaints:
        raise InvalidInputError(" ".join([*complaints, "Nothing was imported."]))
    seen = {number for day in days.values() for number in day.percents}
    return Reported(
        days=dict(sorted(days.items())),
        schools={
            number: listed.get(number) or School(number, f"School {number}", number[2])
            for number in sorted(seen)
        },
    )


def _take(days: dict[date, Day], row: dict[str, str], known: AbstractSet[str], latest: date) -> str:
    """Add one line to its day; return what is wrong with it, or nothing."""
    complaint = _complaint(row, known, latest)
    if complaint:
        return complaint
    number, text = row["dbn"].upper(), row["attn_pct"].upper()
    percent = None if text == NOT_SUBMITTED else Decimal(text)
    given = days.setdefault(_day(row["date"]), Day()).given
    if given.setdefault(number, percent) != percent:
        return f"{number} has a second, different figure for {row['date']}."
    return ""


def _complaint(row: dict[str, str], known: AbstractSet[str], latest: date) -> str:
    """Say what is wrong with a line by itself, or nothing."""
    number, text = row["dbn"].upper(), row["attn_pct"].upper()
    if number != TOTAL and not (SCHOOL_NUMBER.fullmatch(number) and number in known):
        return f"the school {row['dbn']!r} is unknown."
    if text != NOT_SUBMITTED and not (PERCENT.fullmatch(text) and Decimal(text) <= WHOLE):
        return f"{row['attn_pct']!r} is not a percentage between 0 and 100."
    return _day_complaint(row["date"], latest)


def _day_complaint(text: str, latest: date) -> str:
    try:
        return f"{text!r} is yet to come." if _day(text) > latest else ""
    except ValueError:
        return f"{text!r} is not a date such as 20150909."


def _day(text: str) -> date:
    """Read a date; raise ValueError when it is none."""
    match = DAY.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return date(*map(int, match.groups()))


def list_schools(content: bytes) -> dict[str, School]:
    """Read a list of schools (columns dbn and school_name), by school number.

    Raises InvalidInputError when it is not such a list.
    """
    rows = _rows("schools.csv", content, ("dbn", "school_name"))
    listed = ((row["dbn"].upper(), row["school_name"]) for _, row in rows)
    return {
        number: School(number, name, number[2])
        for number, name in listed
        if SCHOOL_NUMBER.fullmatch(number)
    }


def _rows(
    name: str, content: bytes, columns: tuple[str, ...]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each line's number and the wanted columns, found by their header."""
    reader = csv.reader(io.StringIO(_text(name, content), newline=""), strict=True)
    try:
        header = [title.strip().lower() for title in next(reader, [])]
        places = {column: header.index(column) for column in columns if column in header}
        if len(places) < len(columns):
            wanted = ", ".join(columns)
            message = f"{name} must begin with a line of titles: {wanted}."
            raise InvalidInputError(f"{message} Nothing was imported.")
        for cells in reader:
            if not cells:
                continue
            if len(cells) != len(header):
                message = (
                    f"{name}, line {reader.line_num}: {len(cells)} columns, not {len(header)}."
                )
                raise InvalidInputError(f"{message} Nothing was imported.")
            row = {column: cells[place].strip() for column, place in places.items()}
            yield reader.line_num, row
    except csv.Error as broken:
        message = f"{name}, line {reader.line_num}: not a line of comma-separated values."
        raise InvalidInputError(f"{message} Nothing was imported.") from broken


def _text(name: str, content: bytes) -> str:
    """Unpack and decode a file; a damaged or enormous one is refused."""
    try:
        if content[:2] == b"\x1f\x8b":
            with gzip.open(io.BytesIO(content)) as packed:
                content = packed.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise InvalidInputError(TOO_LARGE.format(name))
        text = content.decode("utf-8-sig")
    except (EOFError, gzip.BadGzipFile, zlib.error) as damaged:
        message = f"{name} is cut off or damaged; fetch it again. Nothing was imported."
        raise InvalidInputError(message) from damaged
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:  # no text has one, and PostgreSQL keeps none
        raise InvalidInputError(f"{name} is not a text file (UTF-8). Nothing was imported.")
    return text
