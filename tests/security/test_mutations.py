"""tests/mutations.md stays true: what it breaks is there to be broken, and its tests exist."""

import re

import pytest

from schoolbell.tests.mutate import LIST, ROOT, Mutation, mutations

ALL = list(mutations())


def test_the_list_is_read_as_a_whole():
    assert [mutation.number for mutation in ALL] == list(range(1, len(ALL) + 1))
    assert len(ALL) == LIST.read_text().count("\n## ") >= 40


@pytest.mark.parametrize("mutation", ALL, ids=lambda mutation: str(mutation.number))
def test_a_mutation_changes_one_place_and_names_a_test(mutation: Mutation):
    assert (ROOT / mutation.file).read_text().count(mutation.before) == 1
    assert mutation.before != mutation.after
    path, _, name = mutation.test.partition("::")
    assert re.search(
        rf"^def {name}\(" if name else r"^def test_", (ROOT / path).read_text(), re.MULTILINE
    )
