"""What others wrote lies in static/vendor unchanged, licensed and locked."""

import json

import pytest

from schoolbell.tests.bare_app import ROOT
from schoolbell.webapp.assets import locked_files, sha384

VENDOR = ROOT / "static" / "vendor"
LOCK = VENDOR / "vendor.lock"
FILES = [(folder, name) for folder, files in locked_files(LOCK).items() for name in files]


@pytest.mark.parametrize(("folder", "name"), FILES)
def test_a_vendored_file_is_the_one_that_was_locked(folder, name):
    assert sha384((VENDOR / folder / name).read_bytes()) == locked_files(LOCK)[folder][name]


def test_nothing_else_lies_among_the_vendored_files():
    found = {path.relative_to(VENDOR) for path in VENDOR.rglob("*") if path.is_file()}
    assert {str(path) for path in found} == {f"{a}/{b}" for a, b in FILES} | {"vendor.lock"}


def test_every_vendored_package_has_its_licence_and_its_registry_hash():
    for package in json.loads(LOCK.read_text()):
        assert "LICENSE" in package["files"]
        assert package["licence"] in {"0BSD", "MIT"}
        assert package["integrity"].startswith("sha512-")
        assert package["folder"].endswith(f"-{package['version']}")


def test_the_lock_holds_no_address():
    assert "://" not in LOCK.read_text()


def test_our_own_script_and_style_name_no_other_site():
    for name in ("app.css", "app.js"):
        assert "//" not in (ROOT / "static" / name).read_text().replace("// ", "")
