"""The pages of one school day: each shows, refuses the signed-out, hides, and does its one act."""

import re

import pytest

from schoolbell.tests import factories as make

HTMX = {"HX-Request": "true"}
YEAR = "2015-16"


@pytest.fixture
def a(owner):
    return make.campus(owner, "01M001", name="ACORN SCHOOL")


@pytest.fixture
def b(owner):
    return make.campus(owner, "02X002", name="BEECH SCHOOL")


@pytest.fixture
def office(owner, client, a):
    make.account(owner, "office", "campus_admin", a)
    return make.signed_in(client, "office")


@pytest.fixture
def district(owner, client):
    make.account(owner, "district", "district_admin")
    return make.signed_in(client, "district")


def work_out(owner, campus, percent=90, days=25):
    """Give a campus figures by the product's own job, from days that it reported."""
    weekdays = [f"2015-09-{9 + n:02}" for n in range(20)] + [
        f"2015-10-{1 + n:02}" for n in range(days - 20)
    ]
    make.report(owner, campus, dict.fromkeys(weekdays, percent))
    [job] = make.start("refresh_attendance_patterns", [campus], school_year=YEAR)
    make.work()
    return job


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def rows(html):
    return re.findall(r'<tr id="job-(\d+)"', html)


PAGES = ["/", "/jobs/", "/jobs/1", "/campuses/", "/c/", "/c/01M001"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_sends_the_signed_out_to_the_sign_in(client, a, path):
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in?next=")


@pytest.mark.parametrize("path", PAGES)
def test_a_poll_of_the_signed_out_hears_401_and_no_page(client, a, path):
    assert client.get(path, headers=HTMX).status_code == 401


def test_signing_in_leads_to_the_page_that_was_asked_for(owner, client, a):
    make.account(owner, "office", "campus_admin", a)
    asked = client.get("/c/01M001").location
    form = {"login": "office", "password": make.PASSWORD, "csrf_token": make.csrf(client, asked)}
    assert client.post(asked, data=form).location == "/c/01M001"


def test_a_wrong_password_is_said_and_the_name_stays(owner, client, a):
    make.account(owner, "office", "campus_admin", a)
    form = {"login": "office", "password": "x", "csrf_token": make.csrf(client, "/sign-in")}
    answer = client.post("/sign-in", data=form)
    assert answer.status_code == 401
    assert 'role="alert"' in answer.text
    assert 'value="office"' in answer.text


def test_today_shows_a_schools_figures_and_its_last_days(owner, office, a):
    work_out(owner, a, percent=91.25)
    shown = words(office.get("/c/01M001").text)
    assert "The attendance figures are ready." in shown
    assert "Mean attendance 91.3% of 25 school days Data as of Mon 5 Oct 2015" in shown
    assert "Days below 90% 0 of 25 school days" in shown
    assert "Mon 5 Oct 2015 91.3%" in shown
    assert "not pupils" in shown


def test_today_makes_the_figures_anew_and_leads_to_the_job(owner, office, a):
    work_out(owner, a)
    assert "Make these figures anew" in office.get("/c/01M001").text
    fields = {"task": "refresh_attendance_patterns", "campus": "01M001"}
    answer = make.post(office, "/jobs/", **fields)
    assert answer.status_code == 303
    assert "Waiting for its turn." in office.get(answer.location).text
    again = make.post(office, "/jobs/", **fields)
    assert again.location == answer.location
    assert "This is already being made: Office asked at " in office.get(again.location).text


def test_today_of_another_campus_does_not_exist(owner, office, b):
    work_out(owner, b)
    assert office.get("/c/02X002").status_code == 404
    fields = {"task": "refresh_attendance_patterns", "campus": "02X002"}
    assert make.post(office, "/jobs/", **fields).status_code == 404


def test_today_says_what_to_do_after_a_failure_and_offers_one_button(owner, office, a):
    make.job(owner, a, "failed", error="One day has a percentage of 104.")
    html = office.get("/c/01M001").text
    assert "The attendance figures could not be made." in html
    assert "One day has a percentage of 104." in html
    assert html.count(">Run again</button>") == 1
    assert "Make these figures anew" not in html


def test_today_says_that_figures_are_being_made_and_asks_often(owner, office, a):
    make.job(owner, a, "waiting")
    html = office.get("/c/01M001", headers=HTMX).text
    assert "The attendance figures are being made." in html
    assert 'hx-trigger="every 300ms"' in html
    assert html.startswith('<div class="stack" id="today"') or 'id="today"' in html


def test_a_made_up_campus_says_so_before_anything_else(owner, client):
    campus = make.campus(owner, "DEMO01", made_up=True)
    make.account(owner, "demo", "campus_admin", campus)
    shown = words(make.signed_in(client, "demo").get("/c/DEMO01").text)
    assert shown.index("Made-up figures for demonstration") < shown.index("no attendance figures")


def test_too_few_days_have_no_figures_and_say_so(owner, office, a):
    work_out(owner, a, days=20)
    make.report(owner, a, {})
    owner.execute("delete from campus_day_reported where school_date > '2015-09-20'")
    make.start("refresh_attendance_patterns", [a], school_year=YEAR)
    make.work()
    shown = words(office.get("/c/01M001").text)
    assert "Too few days were reported for figures." in shown
    assert "Mean attendance" not in shown


def test_who_may_only_look_sees_no_button(owner, client, a):
    make.account(owner, "viewer", "campus_viewer", a)
    job = make.job(owner, a, "failed")
    viewer = make.signed_in(client, "viewer")
    for path in ("/c/01M001", f"/jobs/{job}"):
        assert ">Run again</button>" not in viewer.get(path).text
    assert make.post(viewer, f"/jobs/{job}/again").status_code == 403


def test_the_first_page_of_a_campus_admin_is_their_campus(office):
    assert office.get("/").location == "/c/"
    assert office.get("/c/").location == "/c/01M001"


def test_who_has_two_campuses_chooses(owner, office, a, b):
    owner.execute("insert into account_roles select account_id, role, %s from account_roles", (b,))
    assert office.get("/c/").location == "/campuses/"
    assert "BEECH SCHOOL" in office.get("/campuses/").text
    assert '<option value="02X002"' in office.get("/jobs/").text


def test_the_overview_is_quiet_before_any_data(district):
    assert "No attendance has been loaded yet." in district.get("/").text


def test_the_overview_counts_the_campuses_that_have_figures(owner, district, a, b):
    work_out(owner, a)
    make.report(owner, b, {"2015-09-09": 90})
    shown = words(district.get("/").text)
    assert "1 of 2 campuses have their figures. There is no summary of the district yet." in shown
    assert "Campuses with figures 1 of 2 campuses" in shown


def test_the_overview_names_what_needs_a_person_and_runs_it_again(owner, district, a):
    job = make.job(owner, a, "failed", error="One day has a percentage of 104.")
    html = district.get("/").text
    assert "1 job needs you." in html
    assert f'action="/jobs/{job}/again"' in html
    answer = make.post(district, f"/jobs/{job}/again")
    assert answer.location == f"/jobs/{job}"
    assert make.state(owner, job) == "waiting"
    assert "needs you." not in district.get("/").text


def test_the_overview_shows_seven_problems_and_says_that_there_are_more(owner, district, a):
    for number in range(8):
        make.job(owner, a, "failed", key=str(number))
    html = district.get("/").text
    assert "More than 7 jobs need you." in html
    assert html.count(">Run again</button>") == 7


def test_the_overview_shows_the_load_and_what_waits_for_it(owner, district, a):
    [parent] = make.start("refresh_attendance_patterns", [a], school_year=YEAR)
    summary = "summarise_district_attendance"
    child = make.job(owner, make.district(owner), "blocked", task=summary)
    owner.execute("insert into job_edges values (%s, %s, %s)", (parent, child, a))
    owner.execute("update jobs set blocked_by = 1 where id = %s", (child,))
    assert "0 of 1 campuses have their new figures." in words(district.get("/").text)
    assert "Waits for 1 of 1 job." in words(district.get(f"/jobs/{child}").text)


def test_the_overview_shows_progress(owner, district):
    job = make.job(owner, make.district(owner), "running", task="import_nyc_attendance")
    owner.execute(
        "update jobs set progress_done = 61, progress_total = 184, progress_text = 'days'"
        " where id = %s",
        (job,),
    )
    html = district.get("/", headers=HTMX).text
    assert "Attendance is being loaded." in html
    assert re.search(r'<progress[^>]*value="61"\s+max="184"', html)
    assert 'hx-trigger="every 300ms"' in html


def test_campuses_are_found_by_number_name_and_borough(district, a, b):
    assert "ACORN" in district.get("/campuses/?search=01m001").text
    assert "BEECH" not in district.get("/campuses/?search=acorn").text
    assert "ACORN" not in district.get("/campuses/?borough=X").text
    assert "No campus fits" in district.get("/campuses/?search=zebra").text
    assert district.get("/campuses/?borough=Z").status_code == 400


def test_campuses_page_by_key_and_show_each_once(owner, district):
    for number in range(120):
        make.campus(owner, f"01M{number:03}", name=f"SCHOOL {number // 3}")
    seen, url = [], "/campuses/?borough=M"
    while url:
        html = district.get(url).text
        seen += re.findall(r'<tr id="campus-(\d+)"', html)
        found = re.search(r'href="([^"]+)"\s+rel="next"', html)
        url = found and found.group(1).replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 120


def test_campuses_shows_a_campus_admin_their_own_alone(owner, office, b):
    html = office.get("/campuses/").text
    assert "ACORN SCHOOL" in html
    assert "BEECH SCHOOL" not in html


def test_a_refused_file_needs_nobody_once_a_good_one_came_in(client, owner):
    make.account(owner, "district", "district_admin")
    facts = {"task": "import_nyc_attendance", "error": "Line 2: '104' is wrong."}
    bad = make.job(owner, make.district(owner), "failed", key="file_id=1", **facts)
    owner.execute("update jobs set error_class = 'InvalidInputError' where id = %s", (bad,))
    page = make.signed_in(client, "district").get("/").text
    assert ("Line 2:" in page, f"/jobs/{bad}/again" in page) == (True, False)
    owner.execute("select pg_sleep(0.01)")
    make.job(owner, make.district(owner), "succeeded", key="file_id=2", **facts)
    assert "Line 2:" not in client.get("/").text
