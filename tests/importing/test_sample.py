"""The real sample as it is read, against values that were counted outside (oracles, key rows)."""

import json
from importlib.resources import files
from pathlib import Path

import pytest

from schoolbell.queue.importing import nyc

ORACLES = Path(__file__).parent.parent / "oracles"
EXPECTED = json.loads((ORACLES / "nyc_sy2016.json").read_text())


@pytest.fixture(scope="module")
def sample():
    folder = files("schoolbell.queue.importing.samples")
    attendance = (folder / "attendance_sy2016.csv.gz").read_bytes()
    schools = (folder / "schools.csv").read_bytes()
    return nyc.read("sample", attendance, schools, frozenset())


def figures(sample):
    return [percent for day in sample.days.values() for percent in day.percents.values()]


def test_every_row_of_the_sample_is_read(sample):
    rows, expected = figures(sample), EXPECTED["rows"]
    assert len(rows) == expected["real"] == expected["total"] - expected["pseudo"]
    assert rows.count(None) == expected["ns"]
    assert (len(sample.schools), len(sample.days)) == (expected["schools"], 184)
    assert [percent for percent in rows if percent == 0] == []


def test_total_is_the_districts_and_a_school_of_that_name_is_a_school(sample):
    totals = [day.total for day in sample.days.values() if day.total is not None]
    assert len(totals) == EXPECTED["rows"]["pseudo"]
    assert totals.count(0) == EXPECTED["rows"]["pseudo_zero"]
    assert "TOTAL" in sample.schools["19K510"].name.upper()
    assert "TOTAL" not in sample.schools


def test_a_day_on_which_no_school_has_a_number_is_no_school_day(sample):
    closed = [f"{day:%Y%m%d}" for day, figures in sample.days.items() if not figures.is_session]
    assert closed == EXPECTED["days"]["no_session"]


def test_the_borough_column_is_not_trusted_where_it_disagrees(sample):
    odd = [number for number, _ in EXPECTED["borough_column_disagrees"]["values"]]
    assert [sample.schools[number].borough for number in odd] == ["K", "Q"]
