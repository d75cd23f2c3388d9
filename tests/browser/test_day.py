"""One school day in a real browser: sign in, look, start, watch it finish, stop."""

import re

import pytest
from playwright.sync_api import expect

from schoolbell.tests import factories as make

WATCHES = 1_000  # ms: three polls of a live page


@pytest.fixture
def campus(owner, work):
    campus = make.campus(owner, "01M015", name="P.S. 015 ROBERTO CLEMENTE")
    make.account(owner, "office", "campus_admin", campus)
    make.account(owner, "district", "district_admin")
    days = [f"2015-09-{day:02}" for day in range(1, 31)]
    make.report(owner, campus, dict.fromkeys(days, 91.2))
    make.start("refresh_attendance_patterns", [campus], school_year="2015-16")
    work()
    return campus


def polls(page):
    """Count the requests that the page sends by itself from now on."""
    sent = []
    page.on("request", lambda request: sent.append(request.url))
    page.wait_for_timeout(WATCHES)
    return len(sent)


def test_a_school_makes_its_figures_anew_and_sees_them_finish(campus, open_page, start_worker):
    page = open_page("office")
    expect(page.get_by_text("The attendance figures are ready.")).to_be_visible()
    page.get_by_role("button", name="Make these figures anew").click()
    expect(page.get_by_text("Waiting for its turn.")).to_be_visible()
    page.evaluate("window.isTheSamePage = true")
    start_worker()
    expect(page.locator("#verdict")).to_contain_text("Ready. It took", timeout=15_000)
    expect(page.get_by_role("button", name="Run again")).to_be_visible()
    expect(page.locator("#announce")).to_contain_text("Ready.")
    assert page.evaluate("window.isTheSamePage")
    assert polls(page) == 0
    expect(page.locator("[data-updates]")).to_be_hidden()
    page.get_by_role("link", name="See the figures").click()
    expect(page).to_have_url(re.compile("/c/01M015$"))
    assert page.complaints == []


def test_the_district_starts_its_own_job_and_sees_it_finish(campus, open_page, start_worker):
    page = open_page("district", "/jobs/")
    page.get_by_role("button", name="Start a job").click()
    page.get_by_role("radio", name="Clean up sign-ins").check()
    page.get_by_label("Why").fill("a late file")
    page.get_by_role("button", name="Start it").click()
    expect(page.get_by_text("a late file")).to_be_visible()
    start_worker()
    expect(page.locator("#verdict")).to_contain_text("Ready. It took", timeout=15_000)
    assert page.complaints == []


def test_a_waiting_job_is_stopped_with_a_reason(campus, open_page):
    page = open_page("office")
    page.get_by_role("button", name="Make these figures anew").click()
    page.get_by_role("button", name="Stop this job").click()
    dialog = page.get_by_role("dialog", name="Stop this job?")
    expect(dialog).to_contain_text("P.S. 015 ROBERTO CLEMENTE")
    dialog.get_by_label("Why").fill("wrong school year")
    page.wait_for_timeout(WATCHES)
    expect(dialog.get_by_label("Why")).to_have_value("wrong school year")
    dialog.get_by_role("button", name="Stop the job").click()
    expect(page.get_by_text("Stopped by Office: wrong school year.")).to_be_visible()
    expect(page.get_by_role("button", name="Stop this job")).to_have_count(0)
    assert polls(page) == 0


def test_going_back_from_the_question_stops_nothing(owner, campus, open_page):
    page = open_page("office")
    page.get_by_role("button", name="Make these figures anew").click()
    page.get_by_role("button", name="Stop this job").click()
    page.get_by_role("button", name="Let it run").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("Waiting for its turn.")).to_be_visible()


def test_filters_stay_through_polls_and_in_a_second_browser(owner, campus, open_page):
    make.job(owner, campus, "failed", key="one")
    make.job(owner, campus, "running", key="two")
    page = open_page("district", "/jobs/")
    page.get_by_role("textbox", name="Campus").fill("01m015")
    page.get_by_role("button", name="Show").click()
    page.get_by_label("Status").get_by_role("link", name="Could not finish").click()
    expect(page.locator("#jobs-list tbody tr")).to_have_count(1)
    page.wait_for_timeout(WATCHES)
    expect(page.locator("#jobs-list tbody tr")).to_have_count(1)
    make.job(owner, campus, "failed", key="three")
    expect(page.locator("#jobs-list tbody tr")).to_have_count(2)
    other = open_page("district", page.url)
    expect(other.locator("#jobs-list tbody tr")).to_have_count(2)
    expect(other.get_by_role("link", name="Could not finish")).to_have_attribute(
        "aria-current", "true"
    )
    assert page.complaints == []


def test_everything_works_without_script(owner, campus, open_page, work):
    page = open_page("office", java_script_enabled=False)
    page.get_by_role("button", name="Make these figures anew").click()
    assert "Waiting for its turn." in page.text_content("main")
    work()
    page.reload()
    assert "Ready. It took" in page.text_content("main")
    page.get_by_role("button", name="Run again").click()
    page.get_by_role("button", name="Stop this job").click()
    page.get_by_role("button", name="Stop the job").click()
    assert "Stopped by Office" in page.text_content("main")
    page.get_by_role("link", name="Jobs", exact=True).first.click()
    page.get_by_role("link", name="Could not finish").click()
    assert "No job fits these filters" in page.text_content("main")


def test_who_is_signed_out_meanwhile_is_led_to_the_sign_in(owner, campus, open_page):
    make.job(owner, campus, "running")
    page = open_page("office")
    owner.execute("delete from web_sessions")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
