"""The drawing and the table on a job's page: what it waits for and what waits for it."""

import re

import pytest

from schoolbell.tests import factories as make
from schoolbell.tests.web.test_pages import a, b, district, office, words

__all__ = ["a", "b", "district", "office"]  # fixtures


def edge(owner, parent, child):
    owner.execute(
        "insert into job_edges (parent_id, child_id, campus_id)"
        " select %s, id, campus_id from jobs where id = %s",
        (parent, child),
    )


def parents(owner, campus, child, **states):
    """Let a job wait for others, so many of each state."""
    made = []
    for state, number in states.items():
        for place in range(number):
            made.append(make.job(owner, campus, state, key=f"{child} {state} {place}"))
            edge(owner, made[-1], child)
    return made


def boxes(html):
    """Return the words in the drawing, two texts a box."""
    drawing = html[html.index('<svg width="') :].partition("</svg>")[0]
    return re.findall(r"<text[^>]*>([^<]*)</text>", drawing)


def links(html):
    table = html[html.index('id="graph-table"') :].partition("</details>")[0]
    return re.findall(r'href="/jobs/(\d+)"', table)


@pytest.fixture
def job(owner, a):
    return make.job(owner, a, "blocked", key="here")


def test_a_job_without_others_has_no_drawing(office, job):
    assert 'id="graph"' not in office.get(f"/jobs/{job}").text


def test_the_jobs_before_and_after_are_drawn_and_linked(owner, office, a, job):
    [ready] = parents(owner, a, job, succeeded=1)
    later = make.job(owner, a, "blocked", key="later")
    edge(owner, job, later)
    html = office.get(f"/jobs/{job}").text
    assert 'role="img"' in html
    assert "This job: waiting" in boxes(html)
    assert [text for text in boxes(html) if text.startswith("Ready \N{MIDDLE DOT}")]
    assert links(html) == [str(ready), str(later)]


@pytest.mark.parametrize("page", ["office", "district"])
def test_more_than_twelve_are_one_box_counted_by_state(owner, request, a, job, page):
    parents(owner, a, job, succeeded=9, waiting=3, blocked=1)
    html = request.getfixturevalue(page).get(f"/jobs/{job}").text
    assert "13 attendance patterns" in boxes(html)
    assert "9 ready, 4 waiting" in boxes(html)
    assert links(html) == []
    assert "13 attendance patterns" in words(html[html.index('id="graph-table"') :])


def test_twelve_stand_alone(owner, office, a, job):
    made = parents(owner, a, job, succeeded=12)
    assert links(office.get(f"/jobs/{job}").text) == [str(parent) for parent in made]


@pytest.fixture
def elsewhere(owner, a, b, job):
    """Let the job wait for 13 of another campus and one of its own, and one there wait for it."""
    parents(owner, b, job, failed=13)
    [own] = parents(owner, a, job, succeeded=1)
    later = make.job(owner, b, "blocked", key="later")
    edge(owner, job, later)
    return str(own), str(later)


def test_other_campuses_are_neither_drawn_nor_counted(office, job, elsewhere):
    html = office.get(f"/jobs/{job}").text
    assert links(html) == [elsewhere[0]]
    assert len(boxes(html)) == 4


def test_the_district_sees_what_a_campus_waits_for_elsewhere(district, job, elsewhere):
    html = district.get(f"/jobs/{job}").text
    assert "14 attendance patterns" in boxes(html)
    assert "13 could not finish, 1 ready" in words(html[html.index('id="graph-table"') :])
    assert links(html) == [elsewhere[1]]


def test_the_failed_parts_are_named_and_can_be_done_again(owner, office, a):
    job = make.job(owner, a, "partial")
    owner.execute(
        'update jobs set failed_parts = \'["7B", "9C"]\', progress_done = 38,'
        " progress_total = 40, progress_text = 'classes' where id = %s",
        (job,),
    )
    html = office.get(f"/jobs/{job}").text
    assert "38 of 40 classes, 2 failed." in words(html)
    assert "<li>7B</li><li>9C</li>" in html
    assert ">Run again for these</button>" in html
