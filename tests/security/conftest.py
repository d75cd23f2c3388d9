"""The world of A and B, for every test of this folder."""

import pytest

from schoolbell.tests import factories as make
from schoolbell.tests.security import world as worlds


@pytest.fixture
def world(owner):
    """Fill the database: campuses A and B, the district, and a row of B in every table."""
    made = worlds.build(owner)
    for login, role, campus in (
        ("admin", "campus_admin", made.a),
        ("lead", "campus_lead", made.a),
        ("viewer", "campus_viewer", made.a),
        ("auditor", "auditor", made.a),
        ("b", "campus_admin", made.b),
        ("district", "district_admin", None),
    ):
        worlds.session(owner, make.account(owner, login, role, campus), login)
    return made


@pytest.fixture
def office(owner):
    """Make an account that may sign in, and the campus that it belongs to."""
    campus = make.campus(owner, "01M001")
    return make.account(owner, "office", "campus_admin", campus)
