"""Break the code on purpose, one entry of tests/mutations.md at a time, and see the test fail.

`python tests/mutate.py [NUMBER ...]` works on a copy of the tree, so that nothing here changes.
Exits with 1 when a mutation survives: then a test is missing.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "tests" / "mutations.md"
ENTRY = re.compile(
    r"^## (?P<number>\d+)\. (?P<title>[^\n]+)\n`(?P<file>[^`]+)` · `(?P<test>[^`]+)`\n"
    r"```diff\n(?P<diff>.*?)```",
    re.MULTILINE | re.DOTALL,
)
LEFT_OUT = (".git", ".venv", ".schoolbell", ".*_cache", "__pycache__", ".coverage*")


@dataclass(frozen=True)
class Mutation:
    """One entry: the lines of a file that are replaced, and the test that must fail then."""

    number: int
    title: str
    file: str
    test: str
    before: str
    after: str


def mutations() -> Iterator[Mutation]:
    """Read the list."""
    for found in ENTRY.finditer(LIST.read_text("utf-8")):
        lines = found["diff"].splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if line[0] in " -")
        after = "".join(line[1:] for line in lines if line[0] in " +")
        number, title, file, test = found.group("number", "title", "file", "test")
        yield Mutation(int(number), title, file, test, before, after)


def fails(mutation: Mutation, tree: Path) -> bool:
    """Apply a mutation to the copy, run its test, and take the mutation back."""
    path = tree / mutation.file
    text = path.read_text("utf-8")
    path.write_text(text.replace(mutation.before, mutation.after), "utf-8")
    try:
        return run(mutation.test, tree).returncode == 1
    finally:
        path.write_text(text, "utf-8")


def run(test: str, tree: Path) -> subprocess.CompletedProcess[bytes]:
    """Run one test of the copy, whose `schoolbell` is the copy itself."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", test]
    environment = os.environ | {"PYTHONPATH": str(tree.parent)}
    return subprocess.run(command, cwd=tree, env=environment, capture_output=True, check=False)


def main(numbers: list[str]) -> int:
    """Try the mutations with these numbers, or all of them."""
    survived = 0
    with tempfile.TemporaryDirectory(prefix="schoolbell-mutations-") as folder:
        Path(folder).chmod(0o755)
        tree = Path(folder) / "schoolbell"
        shutil.copytree(ROOT, tree, symlinks=True, ignore=shutil.ignore_patterns(*LEFT_OUT))
        for mutation in mutations():
            if not numbers or str(mutation.number) in numbers:
                killed = fails(mutation, tree)
                survived += not killed
                word = "killed  " if killed else "SURVIVED"
                print(f"{word}  {mutation.number:>2}. {mutation.title}", flush=True)  # noqa: T201
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
