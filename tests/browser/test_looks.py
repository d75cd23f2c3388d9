"""Every page in every theme: readable, no wider than the screen, clean under the strict policy."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from schoolbell.tests import factories as make
from schoolbell.tests.contrast import low_contrast

PICTURE_OF = os.environ.get("SCHOOLBELL_PICTURE_OF")
OVERVIEW = Path(__file__).parent.parent.parent / "docs" / "overview.png"
THEMES = ("light", "dark")
SIZES = ({"width": 1280, "height": 860}, {"width": 390, "height": 844})
STATES = ("waiting", "retrying", "cancelled", "running", "partial", "failed")


@pytest.fixture
def paths(owner, work):
    """Fill every page with what it can show, and list the pages."""
    campus = make.campus(owner, "01M015", name="P.S. 015 ROBERTO CLEMENTE")
    make.campus(owner, "DEMO01", name="Maple Street School", made_up=True)
    make.account(owner, "district", "district_admin")
    days = [f"2015-09-{day:02}" for day in range(1, 31)]
    make.report(owner, campus, dict.fromkeys(days, 91.2))
    [ready] = make.start("refresh_attendance_patterns", [campus], school_year="2015-16")
    work()
    jobs = [make.job(owner, campus, state, key=state, error="It broke.") for state in STATES]
    owner.execute(
        "update jobs set progress_done = 1, progress_total = 3, failed_parts = '[\"7B\"]',"
        " cancel_requested_by = case when state = 'cancelled' then 'J. Ruiz' end"
        " where id = any(%s)",
        (jobs,),
    )
    owner.execute(
        "insert into job_edges (parent_id, child_id, campus_id) select %s, id, campus_id"
        " from jobs where id = any(%s)",
        (ready, jobs[-3:]),
    )
    shown = [f"/jobs/{job}" for job in (ready, *jobs[-3:])]
    return ["/", "/jobs/", "/campuses/", "/c/01M015", "/c/DEMO01", "/jobs/?state=blocked", *shown]


def serious(page):
    """List what axe finds serious or critical."""
    found = Axe().run(page).response["violations"]
    return [(it["id"], it["nodes"]) for it in found if it["impact"] in {"serious", "critical"}]


@pytest.mark.parametrize("theme", THEMES)
def test_every_page_is_readable_and_fits(paths, open_page, theme):
    page = open_page("district", color_scheme=theme)
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    for path in paths:
        page.goto(path)
        assert low_contrast(page) == [], path
        for size in SIZES:
            page.set_viewport_size(size)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert serious(page) == [], path
    assert page.complaints == []


@pytest.mark.parametrize("theme", THEMES)
def test_the_sign_in_and_its_refusal_are_readable_and_fit(open_page, theme):
    page = open_page(path="/sign-in", color_scheme=theme, viewport=SIZES[1])
    assert low_contrast(page) == []
    assert serious(page) == []
    page.get_by_label("Name").fill("nobody")
    page.get_by_label("Password").fill("x")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    assert low_contrast(page) == []
    assert serious(page) == []


@pytest.mark.parametrize("theme", THEMES)
def test_an_open_question_is_readable(owner, paths, open_page, theme):
    page = open_page("district", path="/jobs/", color_scheme=theme)
    page.get_by_role("button", name="Start a job").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert low_contrast(page) == []
    assert serious(page) == []


@pytest.mark.skipif(not PICTURE_OF, reason="SCHOOLBELL_PICTURE_OF names no Schoolbell to picture")
def test_the_picture_of_the_readme_is_taken_from_a_running_schoolbell(browser):
    """The variable holds the address; SCHOOLBELL_PICTURE_PASSWORD the password of `district`."""
    context = browser.new_context(base_url=PICTURE_OF, viewport={"width": 1280, "height": 960})
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Name").fill("district")
    page.get_by_label("Password").fill(os.environ["SCHOOLBELL_PICTURE_PASSWORD"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("All 1,645 campuses have their figures.")).to_be_visible()
    page.screenshot(path=OVERVIEW)
    context.close()
    assert OVERVIEW.stat().st_size < 300_000
