"""Every state has its word, and no two words look alike."""

import re

from schoolbell.tests.bare_app import ROOT
from schoolbell.webapp.states import JOB_STATES, STATES, state_choices


def test_the_words_are_those_agreed_for_the_ten_states():
    assert {name: state.word for name, state in JOB_STATES.items()} == {
        "waiting": "Waiting",
        "scheduled": "Waiting",
        "blocked": "Waiting",
        "running": "Running",
        "retrying": "Trying again",
        "succeeded": "Ready",
        "partial": "Ready with gaps",
        "failed": "Could not finish",
        "cancelled": "Stopped",
        "interrupted": "Interrupted",
    }


def test_the_states_are_those_the_ledger_allows():
    sql = (ROOT / "sql/migrations/0004_ledger.sql").read_text()
    allowed = re.search(r"state text not null check \(\s*state in \(([^)]*)\)", sql)
    assert list(JOB_STATES) == re.findall(r"'(\w+)'", allowed[1])


def test_no_two_states_share_a_shape():
    assert len({state.shape for state in STATES.values()}) == len(STATES)


def test_every_shape_is_drawn():
    sprite = (ROOT / "templates/macros/sprite.svg").read_text()
    assert all(f'id="i-{state.shape}"' in sprite for state in STATES.values())


def test_a_filter_offers_each_word_once():
    choices = state_choices()
    assert choices["Waiting"] == ("waiting", "scheduled", "blocked")
    assert [name for names in choices.values() for name in names] == list(JOB_STATES)
