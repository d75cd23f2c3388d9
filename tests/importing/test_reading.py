"""Reading an attendance file: what is accepted, and the sentence for each kind of bad input."""

import csv
import gzip
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoolbell.queue.errors import InvalidInputError
from schoolbell.queue.importing import nyc

KNOWN = frozenset({"01M015", "19K510"})
TITLES = "date,dbn,attn_pct\n"
GOOD = TITLES + "20150909,01M015,93.08\n20150909,19K510,NS\n20150909,TOTAL,92.5\n"
DAY = date(2015, 9, 9)


def packed(content):
    return gzip.compress(content, mtime=0)  # the same bytes in every process of a run


def read(text, schools=None):
    content = text if isinstance(text, bytes) else text.encode()
    return nyc.read("a.csv", content, schools, KNOWN)


def refusal(text, schools=None):
    with pytest.raises(InvalidInputError) as refused:
        read(text, schools)
    return str(refused.value)


def test_a_good_file_is_read_by_day_and_school():
    reported = read(GOOD)
    assert list(reported.days) == [DAY]
    assert reported.days[DAY].percents == {"01M015": Decimal("93.08"), "19K510": None}
    assert reported.days[DAY].total == Decimal("92.5")


@pytest.mark.parametrize(
    "same",
    [
        packed(GOOD.encode()),
        b"\xef\xbb\xbf" + GOOD.encode(),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.rstrip("\n").encode(),
        GOOD.replace("20150909", "2015-09-09").encode(),
        GOOD.replace(",01M015,", ',"01m015 ", ').encode(),
        GOOD.replace("date,dbn,attn_pct", " Date ,DBN,Attn_Pct").encode(),
        (GOOD + "\n\n").encode(),
        (GOOD + "20150909,01M015,93.08\n").encode(),  # the same line twice
    ],
    ids=[
        "gzip",
        "BOM",
        "CRLF",
        "no last newline",
        "ISO dates",
        "quotes and spaces",
        "titles in capitals",
        "empty lines",
        "a line twice",
    ],
)
def test_the_same_figures_in_another_dress_are_the_same(same):
    assert read(same) == read(GOOD)


def test_columns_are_found_by_their_titles_in_any_order():
    turned = "attn_pct,note,date,dbn\n93.08,x,20150909,01M015\n"
    assert read(turned).days[DAY].percents == {"01M015": Decimal("93.08")}


def test_days_come_in_their_order():
    reported = read(TITLES + "20150910,01M015,90\n20150909,01M015,91\n")
    assert list(reported.days) == [DAY, date(2015, 9, 10)]


NOTHING = " Nothing was imported."
BAD_LINES = [
    ("20150909,01M015,104", "'104' is not a percentage between 0 and 100."),
    ("20150909,01M015,100.01", "'100.01' is not a percentage between 0 and 100."),
    ("20150909,01M015,-1", "'-1' is not a percentage between 0 and 100."),
    ("20150909,01M015,NaN", "'NaN' is not a percentage between 0 and 100."),
    ("20150909,01M015,1e1", "'1e1' is not a percentage between 0 and 100."),
    ("20150909,01M015,\u0669\u0660", "'\u0669\u0660' is not a percentage between 0 and 100."),
    ("20150909,01M015,", "'' is not a percentage between 0 and 100."),
    ("20150909,TOTAL,104", "'104' is not a percentage between 0 and 100."),
    ("20150909,02M999,90", "the school '02M999' is unknown."),
    ("20150909,DEMO01,90", "the school 'DEMO01' is unknown."),
    ("20150909,,90", "the school '' is unknown."),
    ("20150931,01M015,90", "'20150931' is not a date such as 20150909."),
    ("09/09/2015,01M015,90", "'09/09/2015' is not a date such as 20150909."),
    ("02090909,01M015,90", "'02090909' is not a date such as 20150909."),
    ("21730909,01M015,90", "'21730909' is not a date such as 20150909."),
]


@pytest.mark.parametrize(("line", "complaint"), BAD_LINES)
def test_a_wrong_line_is_named_with_what_is_wrong(line, complaint):
    assert refusal(GOOD + line + "\n") == f"a.csv, line 5: {complaint}{NOTHING}"


@pytest.mark.parametrize(
    ("lines", "number"),
    [("20150909,01M015,91\n", "01M015"), ("20150909,TOTAL,91\n", "TOTAL")],
)
def test_a_second_different_figure_is_refused(lines, number):
    complaint = f"{number} has a second, different figure for 20150909."
    assert refusal(GOOD + lines) == f"a.csv, line 5: {complaint}{NOTHING}"


def test_a_figure_beside_not_submitted_is_a_different_figure():
    assert "19K510 has a second, different figure" in refusal(GOOD + "20150909,19K510,0\n")


@pytest.mark.parametrize("content", [b"", b"\n", b"date,dbn\n", b"nothing of the kind\n"])
def test_a_file_without_its_titles_is_refused(content):
    wanted = "a.csv must begin with a line of titles: date, dbn, attn_pct."
    assert refusal(content).startswith(wanted)


def test_a_file_of_titles_alone_holds_no_figures():
    assert refusal(TITLES) == f"a.csv holds no figures.{NOTHING}"


@pytest.mark.parametrize(("line", "count"), [("20150909,01M015", 2), ("20150909,01M015,90,1,2", 5)])
def test_a_line_with_too_few_or_too_many_columns_is_named(line, count):
    assert refusal(GOOD + line + "\n") == f"a.csv, line 5: {count} columns, not 3.{NOTHING}"


@pytest.mark.parametrize("rubbish", ['20150909,"01M015"x,90\n', '20150909,"01M015,90\n'])
def test_broken_quoting_is_named(rubbish):
    assert refusal(GOOD + rubbish) == (
        f"a.csv, line 5: not a line of comma-separated values.{NOTHING}"
    )


@pytest.mark.parametrize(
    "damaged",
    [
        packed(GOOD.encode() * 50)[:-12],
        packed(GOOD.encode())[:12],
        packed(GOOD.encode())[:-8] + b"\0" * 8,
        b"\x1f\x8b",
        b"\x1f\x8b\x08\x00rubbish that is not deflated",
    ],
)
def test_a_truncated_or_damaged_gzip_is_refused(damaged):
    assert refusal(damaged) == f"a.csv is cut off or damaged; fetch it again.{NOTHING}"


@pytest.mark.parametrize("content", [GOOD.encode("utf-16"), b"\xff\xfe\xfa", b"PK\x03\x04\xf8"])
def test_what_is_not_text_is_refused(content):
    assert refusal(content) == f"a.csv is not a text file (UTF-8).{NOTHING}"


@pytest.mark.parametrize("content", [GOOD + "\0", GOOD.replace("date", "da\0te")])
def test_a_text_with_null_bytes_is_no_text(content):
    assert refusal(content) == f"a.csv is not a text file (UTF-8).{NOTHING}"


def test_a_file_that_unpacks_to_something_enormous_is_refused(monkeypatch):
    monkeypatch.setattr(nyc, "MOST_BYTES", 1_000)
    bomb = packed(b"0" * 1_000_000)
    for content in (bomb, b"0" * 1_001):
        assert (
            refusal(content) == "a.csv is larger than attendance files are. Nothing was imported."
        )


def test_at_most_five_complaints_are_listed():
    told = refusal(TITLES + "20150909,02M999,90\n" * 9)
    assert told.count("is unknown") == 5
    assert told.endswith("line 6: the school '02M999' is unknown. Nothing was imported.")


SCHOOLS = b"dbn,school_name,borough,district\n02m999,A NEW SCHOOL,,2\n75Q256,OTHER,O,75\nx,y,z,1\n"


def test_a_school_is_known_by_the_list_that_comes_with_the_figures():
    reported = read(TITLES + "20150909,02M999,90\n", SCHOOLS)
    assert reported.schools == {"02M999": nyc.School("02M999", "A NEW SCHOOL", "M")}


def test_the_borough_is_the_third_character_of_the_number():
    assert nyc.list_schools(SCHOOLS)["75Q256"].borough == "Q"


def test_a_school_whose_name_is_not_listed_bears_its_number():
    assert read(GOOD).schools["19K510"] == nyc.School("19K510", "School 19K510", "K")


@pytest.mark.parametrize(
    "schools", [b"", b"dbn\n01M015\n", b"\x1f\x8b", b"\xff", b"dbn,school_name\n\0,\0\n"]
)
def test_a_list_of_schools_that_is_none_is_refused_by_its_name(schools):
    assert refusal(GOOD, schools).startswith("schools.csv ")


cells = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        ["20150909", "01M015", "TOTAL", "NS", "93.1", '"', "\0", "2015-09-09", "\u0669"]
    ),
)


@given(st.lists(st.lists(cells, min_size=3, max_size=3), max_size=6))
def test_any_table_is_either_read_or_refused_in_words(rows):
    table = io.StringIO()
    csv.writer(table).writerows([["date", "dbn", "attn_pct"], *rows])
    _read_or_refuse(table.getvalue().encode("utf-8", "surrogatepass"))


@given(st.one_of(st.binary(max_size=200), st.binary(max_size=80).map(lambda b: b"\x1f\x8b" + b)))
def test_any_bytes_are_either_read_or_refused_in_words(content):
    _read_or_refuse(content)
    _read_or_refuse(TITLES.encode() + content)


@given(st.data())
def test_a_packed_file_with_one_byte_changed_is_either_read_or_refused(data):
    changed = bytearray(packed(GOOD.encode()))
    changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    _read_or_refuse(bytes(changed))


def _read_or_refuse(content):
    """Anything but figures or a sentence, such as a ValueError, fails the test."""
    try:
        reported = read(content)
    except InvalidInputError as refused:
        told = str(refused)
    else:
        percents = [p for day in reported.days.values() for p in day.percents.values()]
        assert all(percent is None or 0 <= percent <= 100 for percent in percents)
        told = "figures."
    assert told.endswith(".")
    assert "\0" not in told


def test_a_day_that_is_yet_to_come_is_refused():
    content = b"date,dbn,attn_pct\n20260909,01M015,90\n20260910,01M015,90\n"
    with pytest.raises(InvalidInputError, match="line 3: '20260910' is yet to come"):
        nyc.read("a.csv", content, None, frozenset({"01M015"}), date(2026, 9, 9))
