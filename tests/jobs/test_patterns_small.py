from schoolbell.tests import factories as make


def test_a_refresh_ends_ready_and_leaves_no_queue_row(owner):
    campus = make.campus(owner, "01M015")
    make.report(owner, campus, {"2015-09-09": 90, "2015-09-10": 92})
    [job] = make.start("refresh_attendance_patterns", [campus], school_year="2015-16")
    make.work()
    assert make.show(owner, job).state == "succeeded"
    assert owner.execute("select count(*) from procrastinate_jobs").fetchone()[0] == 0
