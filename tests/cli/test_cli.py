import gzip
import json

import pytest

from schoolbell.queue.settings import settings
from schoolbell.tests import factories as make

SCHOOLS = "dbn,school_name\n01M015,P.S. 015\n02K400,SCHOOL 400\n"
HEAD = "date,dbn,attn_pct\n"


@pytest.fixture
def figures(owner):
    """Two schools with 20 days each, worked out."""
    days = [
        f"2015-09-{day:02}" for day in range(1, 31) if day not in {5, 6, 12, 13, 19, 20, 26, 27}
    ]
    for number, percent in (("01M015", 90), ("02K400", 80)):
        campus = make.campus(owner, number)
        make.report(owner, campus, dict.fromkeys(days, percent))
        owner.execute("delete from metric_dirty")
        make.start("refresh_attendance_patterns", [campus], school_year="2015-16")
    make.work()


def attendance(folder, *lines):
    (folder / "schools.csv").write_text(SCHOOLS)
    (folder / "attendance.csv.gz").write_bytes(gzip.compress((HEAD + "\n".join(lines)).encode()))
    return str(folder)


def last_json(outcome):
    return json.loads(outcome.stdout.splitlines()[-1])


def test_figures_come_as_one_line_of_json(run, figures):
    answer = last_json(run("figures", "attendance_mean", "--campus", "01M015", "--json"))
    assert answer == {
        "metric": "attendance_mean",
        "rows": [{"campus": "01M015", "value": 90, "n": 22}],
        "as_of": "2015-09-30",
    }


def test_figures_can_be_cut_by_campus(run, figures):
    rows = last_json(run("figures", "worst_weekday", "--by", "campus", "--json"))["rows"]
    assert [(row["campus"], row["weekday"], row["value"]) for row in rows] == [
        ("01M015", "Mon", 90),
        ("02K400", "Mon", 80),
    ]


def test_figures_without_json_are_a_table_with_their_day(run, figures):
    shown = run("figures", "weekday_mean", "--campus", "02K400").stdout
    assert "weekday" in shown
    assert "Data as of 2015-09-30." in shown


def test_figures_that_do_not_exist_yet_say_so(run):
    assert "No figures yet." in run("figures", "low_days").stdout


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("figures", "nonsense"), 2),
        (("figures", "low_days", "--by", "month"), 2),
        (("jobs", "start", "nonsense"), 2),
        (("figures", "low_days", "--by", "weekday"), 1),
        (("figures", "weekday_mean", "--campus", "99Z999"), 1),
        (("jobs", "show", "4711"), 1),
        (("jobs", "list", "--campus", "99Z999"), 1),
        (("jobs", "cancel", "4711"), 1),
    ],
)
def test_a_command_that_makes_no_sense_says_so_in_a_sentence(run, words, code):
    outcome = run(*words)
    assert (outcome.exit_code, "Traceback" in outcome.output) == (code, False)
    assert outcome.stderr.strip().endswith(".")


def test_every_metric_names_itself_and_its_cuts(run):
    known = {row["metric"]: row["by"] for row in last_json(run("metrics", "--json"))}
    assert known["weekday_mean"] == ["weekday", "borough", "campus"]
    assert {"attendance_mean", "weekday_mean", "worst_weekday", "low_days"} <= set(known)


def test_an_import_is_waited_for_and_tells_what_it_did(run, owner, tmp_path):
    path = attendance(tmp_path, "20150909,01M015,91.5", "20150909,02K400,NS", "20150909,TOTAL,91.5")
    outcome = run("import", "nyc", path, "--json")
    assert outcome.exit_code == 0, outcome.output
    assert last_json(outcome)["result"]["figures"] == 2
    kept = owner.execute("select state, percent from campus_day_reported order by 1, 2").fetchall()
    assert [row.state for row in kept] == ["not_submitted", "reported", "reported"]
    waiting = owner.execute("select count(*) from jobs where state <> 'succeeded'").fetchone()
    assert waiting[0] == 0  # the figures that it started are done too


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (["20150909,01M015,104"], "line 2: '104' is not a percentage between 0 and 100"),
        (["20150909,99X999,90"], "line 2: the school '99X999' is unknown"),
        (["20150999,01M015,90"], "line 2: '20150999' is not a date"),
    ],
)
def test_a_wrong_line_refuses_the_whole_file(run, owner, tmp_path, lines, sentence):
    outcome = run("import", "nyc", attendance(tmp_path, *lines, "20150910,01M015,90"))
    assert (outcome.exit_code, sentence in outcome.output) == (1, True)
    assert owner.execute("select count(*) from campus_day_reported").fetchone()[0] == 0


def test_a_file_that_is_cut_off_is_refused(run, owner, tmp_path):
    attendance(tmp_path, *(f"20150909,01M015,{percent}" for percent in range(90)))
    whole = (tmp_path / "attendance.csv.gz").read_bytes()
    (tmp_path / "attendance.csv.gz").write_bytes(whole[: len(whole) // 2])
    outcome = run("import", "nyc", str(tmp_path / "attendance.csv.gz"))
    assert (outcome.exit_code, "cut off or damaged" in outcome.output) == (1, True)


def test_a_file_that_is_missing_is_refused_before_anything_starts(run, owner, tmp_path):
    assert run("import", "nyc", str(tmp_path / "none.csv")).exit_code == 1
    assert run("import", "nyc", str(tmp_path)).exit_code == 1
    assert owner.execute("select count(*) from jobs").fetchone()[0] == 0


def test_a_job_is_started_shown_listed_and_stopped(run, owner):
    started = last_json(run("jobs", "start", "cleanup_sessions", "--no-wait", "--json"))
    assert started["requested_by"].endswith("(command line)")
    listed = last_json(run("jobs", "list", "--state", "waiting", "--json"))
    assert [job["job_id"] for job in listed] == [started["job_id"]]
    stopped = last_json(run("jobs", "cancel", str(started["job_id"]), "--json"))
    assert stopped["state"] == "cancelled"
    assert run("jobs", "show", str(started["job_id"])).stdout.startswith("job_id")


def test_a_job_that_is_waited_for_runs_even_when_no_worker_is_alive(run, owner):
    outcome = run("jobs", "start", "cleanup_sessions", "--reason", "a try")
    assert (outcome.exit_code, make.state(owner, 1)) == (0, "succeeded")
    logged = owner.execute("select actor, reason from audit_log where action ~ 'start'").fetchone()
    assert (logged.actor.endswith("(command line)"), logged.reason) == (True, "a try")


def test_jobs_of_one_campus_are_listed_alone(run, owner):
    make.job(owner, make.campus(owner, "01M015"), "succeeded")
    make.job(owner, make.campus(owner, "02K400"), "succeeded")
    rows = last_json(run("jobs", "list", "--campus", "02K400", "--json"))
    assert [row["campus"] for row in rows] == ["02K400"]


def test_a_postgresql_that_is_not_there_is_said_in_a_sentence(run, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:secret@127.0.0.1:1/nothing")
    settings.cache_clear()
    outcome = run("jobs", "list")
    assert (outcome.exit_code, "not reachable" in outcome.stderr) == (1, True)
    assert "secret" not in outcome.output


def test_a_file_that_was_refused_is_not_kept(run, owner, tmp_path):
    run("import", "nyc", attendance(tmp_path, "20150909,01M015,104"))
    names = owner.execute("select name from import_files").fetchall()
    assert [row.name for row in names] == ["earlier"]


def test_a_year_that_is_yet_to_come_is_refused(run, owner, tmp_path):
    outcome = run("import", "nyc", attendance(tmp_path, "20990909,01M015,90"))
    assert (outcome.exit_code, "'20990909' is yet to come" in outcome.output) == (1, True)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("figures", "attendance_mean", "--exclude-low-days"), "cannot leave low days out"),
        (("figures", "attendance_mean", "--year", "1999-00"), "There are no figures of 1999-00."),
        (("figures", "attendance_mean", "--campus", ""), "There is no campus ''."),
    ],
)
def test_a_figure_that_cannot_be_given_is_never_left_empty(run, figures, words, sentence):
    outcome = run(*words)
    assert (outcome.exit_code, sentence in outcome.output) == (1, True)


def test_a_job_that_starts_by_itself_cannot_be_asked_for(run):
    outcome = run("jobs", "start", "import_nyc_attendance")
    assert (outcome.exit_code, "is not one of" in outcome.output) == (2, True)


def test_stopping_a_job_that_has_ended_says_that_nothing_was_stopped(run, owner):
    job = make.job(owner, make.campus(owner, "01M015"), "succeeded")
    outcome = run("jobs", "cancel", str(job))
    assert (outcome.exit_code, "nothing was stopped" in outcome.output) == (1, True)
