"""Static files are kept for ever under an address that changes with their content."""

import os
import shutil

import pytest

from schoolbell.tests.bare_app import ROOT, bare_app
from schoolbell.webapp import assets

HTMX = "vendor/htmx-4.0.1/htmx.min.js"


@pytest.fixture
def app():
    return bare_app()


def test_a_file_of_ours_carries_a_hash_of_its_content(app, tmp_path):
    shutil.copy(ROOT / "static/app.css", tmp_path)
    app.static_folder = str(tmp_path)
    with app.test_request_context():
        before = assets.static_url("app.css")
        (tmp_path / "app.css").write_text("changed")
        os.utime(tmp_path / "app.css", (1, 1))
        assert assets.static_url("app.css") != before


def test_a_vendored_file_has_its_version_in_the_path_and_its_hash_from_the_lock(app):
    with app.test_request_context():
        assert assets.static_url(HTMX) == f"/static/{HTMX}"
        content = (ROOT / "static" / HTMX).read_bytes()
        assert assets.integrity(HTMX) == assets.sha384(content)


def test_the_right_address_is_kept_for_ever(app):
    with app.test_request_context():
        addresses = [assets.static_url("app.js"), assets.static_url(HTMX)]
    for address in addresses:
        assert (
            app.test_client().get(address, buffered=True).headers["Cache-Control"]
            == assets.FOR_EVER
        )


@pytest.mark.parametrize("address", ["/static/app.js", "/static/app.js?v=old"])
def test_any_other_address_is_asked_for_each_time(app, address):
    assert app.test_client().get(address, buffered=True).headers["Cache-Control"] == "no-cache"
