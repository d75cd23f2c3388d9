"""A real browser against the real application, with a real worker when a test starts one."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from schoolbell.tests import factories as make


def pytest_collection_modifyitems(items):
    """Mark every test of this folder as one that drives the browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture
def start_worker(owner):
    """Return a function that starts a worker as it is started for real; it ends with the test."""
    command = [Path(sys.executable).parent / "procrastinate", "--app=schoolbell.queue.app.app"]
    started = []

    def start():
        started.append(
            subprocess.Popen(
                [*command, "worker"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        )

    yield start
    for process in started:
        process.terminate()
        process.wait(20)


@pytest.fixture
def open_page(browser, address):
    """Return a function that opens a page for somebody; what the browser complained of is kept."""
    contexts = []

    def opened(login=None, path="/", **options):
        context = browser.new_context(base_url=address, reduced_motion="reduce", **options)
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(path)
        if login:
            sign_in(page, login)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def work(owner):
    """Return a function that does what waits: in a thread, as the browser's loop is in this one."""

    def work():
        thread = threading.Thread(target=make.work)
        thread.start()
        thread.join()

    return work


def sign_in(page, login):
    page.get_by_label("Name").fill(login)
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
