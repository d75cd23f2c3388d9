"""What the documents claim is what the code does."""

import re
from pathlib import Path

from schoolbell.queue import cli
from schoolbell.webapp.states import JOB_STATES

ROOT = Path(__file__).parents[2]


def test_the_drawn_states_are_the_moves_that_the_database_allows(owner):
    drawn = re.findall(r"(?m)^    (\w+) --> (\w+): (.+)$", (ROOT / "docs/states.md").read_text())
    allowed = owner.execute("select from_state, to_state, why from job_transitions").fetchall()
    assert sorted(drawn) == sorted(tuple(row) for row in allowed)


def test_every_state_has_its_line_and_the_word_that_people_read():
    rows = re.findall(r"(?m)^\| (\w+) \| .+ \| (.+) \|$", (ROOT / "docs/states.md").read_text())
    words = {name: word.removesuffix(" by ...") for name, word in rows if name in JOB_STATES}
    assert words == {name: state.word for name, state in JOB_STATES.items()}


def test_the_readme_is_short_and_its_commands_exist():
    text = (ROOT / "README.md").read_text()
    assert len(text.splitlines()) < 120
    for command in re.findall(r"\./run cli ([a-z]+)", text):
        assert command in cli.main.commands


def test_every_link_in_the_documents_leads_to_a_file():
    for page in (ROOT / "README.md", *ROOT.glob("docs/**/*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists() or target == "docs/overview.png", (page, target)
