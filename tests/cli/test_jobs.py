"""Jobs, their log and their workers from the command line."""

import os
import signal
import time

import pytest

from schoolbell.queue import launch
from schoolbell.queue.log_lines import LogLines
from schoolbell.queue.settings import settings
from schoolbell.tests import factories as make

TASK = "cleanup_sessions"


def failed_job(owner):
    """Add a job of the district that could not finish, with a try and a line of its log."""
    district = make.district(owner)
    job = make.job(owner, district, "failed", task=TASK, error="It broke.")
    owner.execute("update jobs set attempt_count = 1, arguments = '{}' where id = %s", (job,))
    owner.execute(
        "insert into job_attempts (job_id, attempt, campus_id, worker, state, error_text)"
        " values (%s, 1, %s, 'a computer', 'failed', 'It broke.')",
        (job, district),
    )
    log = LogLines(job, district, 1)
    log("about to break")
    log.flush()
    return job


def live_workers(run, last_json, count, within_seconds=15):
    """Ask for the workers until there are so many; return them."""
    until = time.monotonic() + within_seconds
    while True:
        rows = last_json(run("workers", "--json"))
        if len(rows) == count or time.monotonic() > until:
            return rows
        time.sleep(0.2)


def test_a_job_is_shown_with_its_tries_and_its_log(run, owner, last_json):
    job = failed_job(owner)
    shown = last_json(run("jobs", "show", str(job), "--json"))
    [attempt] = shown["attempts"]
    assert (attempt["attempt"], attempt["state"], attempt["error"]) == (1, "failed", "It broke.")
    assert [line["text"] for line in shown["log"]] == ["about to break"]
    text = run("jobs", "show", str(job)).stdout
    assert "a computer" in text
    assert "about to break" in text


def test_a_job_that_never_started_is_shown_without_tries(run, owner):
    job = make.job(owner, make.district(owner), "waiting", task=TASK)
    assert "no attempts" in run("jobs", "show", str(job)).stdout


def test_a_job_that_could_not_finish_runs_again(run, owner, last_json):
    job = failed_job(owner)
    outcome = run("jobs", "retry", str(job), "--reason", "it was the cable", "--json")
    assert outcome.exit_code == 0, outcome.output
    assert (last_json(outcome)["job_id"], make.state(owner, job)) == (job, "succeeded")
    logged = owner.execute("select actor, reason from audit_log where action ~ 'again'").fetchone()
    assert (logged.actor.endswith("(command line)"), logged.reason) == (True, "it was the cable")


def test_a_job_that_runs_again_is_not_waited_for_when_nobody_wants_to(run, owner, last_json):
    job = failed_job(owner)
    outcome = run("jobs", "retry", str(job), "--no-wait", "--json")
    assert last_json(outcome)["state"] == "waiting"


@pytest.mark.parametrize("state", ["succeeded", "waiting"])
def test_a_job_that_did_not_end_badly_does_not_run_again(run, owner, state):
    job = make.job(owner, make.district(owner), state, task=TASK)
    outcome = run("jobs", "retry", str(job))
    assert (outcome.exit_code, make.state(owner, job)) == (1, state)
    assert "can only run again" in outcome.stderr


def test_a_running_job_says_how_long_it_still_takes(run, owner, last_json):
    job = make.job(owner, make.district(owner), "running", task=TASK)
    owner.execute(
        "update jobs set progress_done = 3, progress_total = 9, progress_text = 'days',"
        " progress_from = 0, progress_since = now() - interval '2 minutes' where id = %s",
        (job,),
    )
    shown = last_json(run("jobs", "show", str(job), "--json"))
    assert (shown["progress"], shown["time_left"]) == ("3 of 9 days", "about 4 min left")


def test_no_worker_is_listed_when_none_is_alive(run, last_json):
    assert last_json(run("workers", "--json")) == []


def test_every_live_worker_is_listed_until_it_ends(run, owner, last_json):
    assert run("jobs", "list").exit_code == 0  # set up first
    with launch.worker_process(settings()):
        with launch.worker_process(settings()):
            rows = live_workers(run, last_json, 2)
            assert len({row["worker"] for row in rows}) == 2
            assert all(row["seen_seconds_ago"] < 5 for row in rows)
        assert len(live_workers(run, last_json, 1)) == 1
    assert live_workers(run, last_json, 0) == []


def test_a_worker_that_is_killed_is_no_longer_listed(run, owner, last_json):
    with launch.worker_process(settings()):
        [row] = live_workers(run, last_json, 1)
        os.kill(int(row["worker"].split()[-1]), signal.SIGKILL)
        assert row["worker"] not in [left["worker"] for left in live_workers(run, last_json, 0)]


def test_a_worker_is_listed_with_the_jobs_that_it_holds(run, owner, last_json):
    owner.execute(  # ahead of time: how long the command takes to start does not matter
        "insert into worker_signs (worker, seen_at, jobs) values"
        " ('here 7', now() + interval '60 s', '{4, 9}'), ('gone 8', now() - interval '20 s', '{}')"
    )
    [row] = last_json(run("workers", "--json"))
    assert (row["worker"], row["jobs"]) == ("here 7", [4, 9])
    assert "here 7" in run("workers").stdout


def test_a_worker_that_was_just_killed_keeps_no_command_waiting(run, owner, last_json):
    owner.execute("select procrastinate_register_worker_v1()")  # its heart beat a moment ago
    owner.execute("insert into worker_signs (worker) values ('here 7')")  # and so did its sign
    job = last_json(run("jobs", "start", "cleanup_sessions", "--json"))
    assert job["state"] == "succeeded"
