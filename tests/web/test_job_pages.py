"""The list of jobs and the page of one: filters, paging, polling, and what can be done."""

import re

import pytest

from schoolbell.tests import factories as make
from schoolbell.tests.web.test_pages import HTMX, a, b, district, office, rows, words

__all__ = ["a", "b", "district", "office"]  # fixtures


def follow(browser, url, link="next"):
    """Read a list page by page; return the jobs of each."""
    pages = []
    while url:
        html = browser.get(url).text
        pages.append(rows(html))
        found = re.search(rf'href="([^"]+)"\s+rel="{link}"', html)
        url = found and found.group(1).replace("&amp;", "&")
    return pages


def test_the_list_shows_every_job_newest_first(owner, district, a, b):
    jobs = [make.job(owner, campus, "succeeded") for campus in (a, b, a)]
    assert rows(district.get("/jobs/").text) == [str(job) for job in reversed(jobs)]


def test_the_list_hides_other_campuses_whatever_is_asked(owner, office, a, b):
    own = make.job(owner, a, "failed")
    make.job(owner, b, "failed", by="Beech office")
    for query in ("", "?state=failed", "?category=campus", "?campus=01M001"):
        html = office.get(f"/jobs/{query}").text
        assert rows(html) == [str(own)]
        assert "Beech" not in html


def test_another_campus_in_the_filter_looks_like_none(owner, office, a, b):
    make.job(owner, b, "failed")
    there, nowhere = (office.get(f"/jobs/?campus={number}") for number in ("02X002", "99Z999"))
    assert there.status_code == nowhere.status_code == 404
    assert rows(there.text) == []
    assert "There is no campus 99Z999" in nowhere.text
    assert "hx-trigger" not in nowhere.text


def test_filters_are_in_every_link_and_in_the_poll(owner, district, a):
    wanted = make.job(owner, a, "failed")
    make.job(owner, a, "succeeded")
    make.job(owner, make.district(owner), "failed", task="cleanup_sessions")
    url = "/jobs/?campus=01m001&category=campus&state=failed"
    html = district.get(url).text
    assert rows(html) == [str(wanted)]
    assert f'hx-get="{url.replace("&", "&amp;")}"' in html
    assert 'href="/jobs/?campus=01m001&amp;category=campus&amp;state=succeeded"' in html
    assert '<input type="hidden" name="state" value="failed">' in html


def test_one_word_covers_all_states_that_it_is_shown_for(owner, district, a):
    jobs = {make.job(owner, a, state, key=state) for state in ("waiting", "blocked", "scheduled")}
    make.job(owner, a, "failed")
    assert set(rows(district.get("/jobs/?state=waiting").text)) == {str(job) for job in jobs}


@pytest.mark.parametrize(
    "query", ["state=lost", "category=x", "before=x", "before=2016-01-01~x", "before=~1"]
)
def test_a_filter_that_is_no_filter_is_refused(district, query):
    assert district.get(f"/jobs/?{query}").status_code == 400


def test_a_school_is_offered_only_the_kinds_of_jobs_that_it_has(office):
    assert "Upkeep" not in office.get("/jobs/").text
    assert "School figures" in office.get("/jobs/").text


def test_a_list_without_jobs_says_what_will_come(district):
    assert "No job has run yet" in district.get("/jobs/").text
    assert "No job fits these filters" in district.get("/jobs/?state=failed").text


@pytest.mark.parametrize("query", ["", "?campus=01M001"])
def test_paging_shows_each_job_once_even_within_one_second(owner, district, a, query):
    owner.execute("insert into clock.frozen values ('2016-06-28 10:00+00')")
    jobs = [str(make.job(owner, a, "succeeded", key=str(n))) for n in range(120)]
    pages = follow(district, f"/jobs/{query}")
    assert [len(page) for page in pages] == [50, 50, 20]
    assert sum(pages, []) == jobs[::-1]  # noqa: RUF017


def test_an_older_page_stays_what_it_is_while_new_jobs_come(owner, district, a):
    for number in range(51):
        make.job(owner, a, "succeeded", key=str(number))
    older = re.search(r'href="([^"]+)"\s+rel="next"', district.get("/jobs/").text).group(1)
    before = rows(district.get(older).text)
    make.job(owner, a, "succeeded", key="new")
    html = district.get(older).text
    assert rows(html) == before
    assert f'hx-get="{older}"' in html
    assert re.search(r'href="/jobs/"\s+rel="prev"', html)


def test_a_live_list_asks_often_and_a_quiet_one_seldom(owner, district, a):
    job = make.job(owner, a, "running")
    assert 'hx-trigger="every 300ms"' in district.get("/jobs/", headers=HTMX).text
    owner.execute("update jobs set state = 'succeeded' where id = %s", (job,))
    assert 'hx-trigger="every 1800ms"' in district.get("/jobs/", headers=HTMX).text


def test_the_district_starts_its_jobs_from_the_list_and_nobody_else_can(owner, client, a):
    make.account(owner, "district", "district_admin")
    make.account(owner, "office", "campus_admin", a)
    office = make.signed_in(client, "office")
    assert "Start a job" not in office.get("/jobs/").text
    fields = {"task": "cleanup_sessions", "campus": "district", "reason": "a test"}
    assert make.post(office, "/jobs/", **fields).status_code == 404
    make.post(office, "/sign-out")
    admin = make.signed_in(client, "district")
    assert 'value="cleanup_sessions"' in admin.get("/jobs/").text
    answer = make.post(admin, "/jobs/", **fields)
    assert answer.status_code == 303
    assert "All campuses" in admin.get(answer.location).text


def test_a_job_that_has_nothing_to_work_on_is_refused_in_a_sentence(owner, district, a):
    fields = {"task": "summarise_district_attendance", "campus": "district"}
    answer = make.post(district, "/jobs/", **fields)
    assert answer.location == "/jobs/"
    assert "no attendance was reported here" in district.get("/jobs/").text
    fields = {"task": "refresh_attendance_patterns", "campus": "01M001"}
    assert make.post(district, "/jobs/", **fields).location == "/c/01M001"


@pytest.mark.parametrize("task", ["make_ledger_months", "no_such_task", ""])
def test_a_job_that_nobody_asks_for_is_not_started(district, task):
    assert make.post(district, "/jobs/", task=task, campus="district").status_code == 400


@pytest.mark.parametrize("state", ["succeeded", "partial", "failed", "cancelled"])
def test_the_panel_of_a_job_that_is_over_does_not_poll(owner, office, a, state):
    job = make.job(owner, a, state)
    html = office.get(f"/jobs/{job}", headers=HTMX).text
    assert "hx-trigger" not in html
    assert ">Run again</button>" in html
    assert "Stop this job" not in html


@pytest.mark.parametrize("state", ["waiting", "blocked", "running", "retrying", "interrupted"])
def test_the_panel_of_a_live_job_polls_its_own_address(owner, office, a, state):
    job = make.job(owner, a, state)
    html = office.get(f"/jobs/{job}", headers=HTMX).text
    assert f'hx-get="/jobs/{job}" hx-trigger="every 300ms" hx-swap="outerMorph"' in html
    assert "<html" not in html
    assert ">Run again</button>" not in html
    assert "Stop this job" in html


def test_a_waiting_job_is_stopped_at_once_with_the_reason(owner, office, a):
    job = make.job(owner, a, "waiting")
    answer = make.post(office, f"/jobs/{job}/cancel", reason="wrong school year")
    shown = words(office.get(answer.location).text)
    assert "The job was stopped." in shown
    assert "Stopped by Office: wrong school year." in shown


def test_a_running_job_is_asked_to_stop_and_a_finished_one_is_left(owner, office, a):
    job = make.job(owner, a, "running")
    answer = make.post(office, f"/jobs/{job}/cancel")
    shown = words(office.get(answer.location).text)
    assert "Stopping, asked by Office." in shown
    assert "Stop this job" not in shown
    done = make.job(owner, a, "succeeded", key="done")
    answer = make.post(office, f"/jobs/{done}/cancel")
    assert "had already ended" in office.get(answer.location).text


def test_a_job_that_ended_well_runs_again_as_a_new_one(owner, office, a):
    job = make.job(owner, a, "succeeded")
    answer = make.post(office, f"/jobs/{job}/again")
    assert answer.location != f"/jobs/{job}"
    assert f"job {job} again" in office.get(answer.location).text
    again = make.post(office, f"/jobs/{job}/again")
    assert again.location == answer.location


def test_a_job_whose_work_already_waits_does_not_run_again_and_says_so(owner, office, a):
    failed = make.job(owner, a, "failed", key="k")
    waiting = make.job(owner, a, "waiting", key="k")
    answer = make.post(office, f"/jobs/{failed}/again")
    assert answer.location == f"/jobs/{waiting}"
    assert "already being made: somebody asked at" in office.get(answer.location).text
    assert make.state(owner, failed) == "failed"


def test_a_job_says_what_came_of_it_and_each_try(owner, office, a):
    job = make.job(owner, a, "succeeded")
    owner.execute("update jobs set result = '{\"days\": 1171}' where id = %s", (job,))
    owner.execute(
        "insert into job_attempts (job_id, attempt, campus_id, worker, state, error_text,"
        " traceback) values (%s, 1, %s, 'computer 4711', 'failed', 'It broke.', 'File secret.py')",
        (job, a),
    )
    shown = words(office.get(f"/jobs/{job}").text)
    assert "Days 1,171" in shown
    assert "Try 1 It broke. Could not finish" in shown
    for technical in ("computer 4711", "secret.py", "analytics", "queue", "worker", "{"):
        assert technical not in shown.replace("School figures", "")


def test_the_district_finds_computer_and_trace_under_details(owner, district, a):
    job = make.job(owner, a, "failed")
    owner.execute(
        "insert into job_attempts (job_id, attempt, campus_id, worker, state, traceback)"
        " values (%s, 1, %s, 'computer 4711', 'failed', 'File somewhere.py')",
        (job, a),
    )
    html = district.get(f"/jobs/{job}").text
    details = html[html.index("<details") :]
    assert "computer 4711" in details
    assert "File somewhere.py" in details


def test_another_campuss_job_does_not_exist_and_cannot_be_touched(owner, office, b):
    job = make.job(owner, b, "failed")
    assert office.get(f"/jobs/{job}").status_code == 404
    assert make.post(office, f"/jobs/{job}/again").status_code == 404
    assert make.post(office, f"/jobs/{job}/cancel").status_code == 404
    assert make.state(owner, job) == "failed"
