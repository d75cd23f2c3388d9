"""What pages show of the work while it goes on: its log and how long it still takes."""

from schoolbell.queue.log_lines import LogLines
from schoolbell.tests import factories as make
from schoolbell.tests.web.test_pages import a, b, district, office

__all__ = ["a", "b", "district", "office"]  # fixtures


def log(owner, job, campus, attempt, *lines):
    owner.execute("update jobs set attempt_count = %s where id = %s", (attempt, job))
    kept = LogLines(job, campus, attempt)
    for line in lines:
        kept(line)
    kept.flush()


def goes_on(owner, campus):
    """Add a job that has done 61 of 184 days in two minutes."""
    job = make.job(owner, campus, "running")
    owner.execute(
        "update jobs set progress_done = 61, progress_total = 184, progress_text = 'days',"
        " progress_from = 0, progress_since = now() - interval '2 minutes' where id = %s",
        (job,),
    )
    return job


def test_a_jobs_page_shows_the_lines_of_its_last_try_newest_last(owner, office, a):
    job = make.job(owner, a, "failed")
    log(owner, job, a, 1, "of the first try")
    log(owner, job, a, 2, "opened <the> file", "read it")
    html = office.get(f"/jobs/{job}").text
    assert "Log of try 2" in html
    assert "opened &lt;the&gt; file" in html
    assert html.index("opened") < html.index("read it")
    assert "of the first try" not in html


def test_a_job_that_has_said_nothing_has_no_log(owner, office, a):
    assert "Log of try" not in office.get(f"/jobs/{make.job(owner, a, 'failed')}").text


def test_the_time_left_stands_beside_the_progress(owner, district, a):
    job = goes_on(owner, a)
    for page in ("/jobs/", f"/jobs/{job}", "/"):
        assert "about 4 min left" in district.get(page, follow_redirects=True).text, page


def test_the_time_left_comes_from_earlier_jobs_before_there_is_a_pace(owner, district, a):
    earlier = make.job(owner, a, "succeeded", key="earlier")
    owner.execute(
        "update jobs set ended_at = started_at + interval '10 minutes' where id = %s", (earlier,)
    )
    job = goes_on(owner, a)
    owner.execute("update jobs set progress_done = 1 where id = %s", (job,))
    assert "about 10 min left" in district.get(f"/jobs/{job}").text
