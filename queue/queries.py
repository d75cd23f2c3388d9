"""Named SQL: one statement a file in sql/queries, called by its path without the ending."""

from functools import cache
from importlib.resources import files
from typing import Any, LiteralString

import psycopg

from schoolbell.queue.db import Transaction


def run(tx: Transaction, name: str, /, **parameters: object) -> psycopg.Cursor[Any]:
    """Execute the statement `name`, such as "pages/show_job", with its named parameters."""
    return tx.execute(statement(name), parameters)


def one(tx: Transaction, name: str, /, **parameters: object) -> Any:  # noqa: ANN401 (a row)
    """Execute the statement and return its one row, or None."""
    return run(tx, name, **parameters).fetchone()


@cache
def statement(name: str) -> LiteralString:
    """Read a statement without its comments, where a percent sign may stand in a sentence."""
    text = files("schoolbell.sql").joinpath("queries", f"{name}.sql").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("--")]
    return "\n".join(lines)
