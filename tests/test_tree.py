"""The tree keeps its shape: sizes, names, the wheel's content, and nothing that names a machine."""

import ast
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LIMITS = {
    "webapp/pages/*.py": 200,
    "queue/**/*.py": 300,
    "webapp/*.py": 300,
    "sql/queries/**/*.sql": 80,
    "templates/**/*.html": 80,
    "templates/**/_*.html": 40,
    "templates/macros/*.html": 40,
}
FORBIDDEN_NAMES = {"utils", "helpers", "manager", "service", "common", "misc", "data", "info"}
FUNCTION_LINES = 40


def tracked() -> list[str]:
    listed = subprocess.run(
        [shutil.which("git"), "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


@pytest.mark.parametrize(("pattern", "most"), LIMITS.items())
def test_no_file_is_longer_than_a_reader_likes(pattern, most):
    assert [f"{path}: {lines(path)}" for path in ROOT.glob(pattern) if lines(path) > most] == []


def test_no_function_is_longer_than_a_screen():
    long = []
    for path in [*ROOT.glob("queue/**/*.py"), *ROOT.glob("webapp/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (node.end_lineno or 0) - node.lineno + 1
                long += [f"{path.name} {node.name}: {size}"] if size > FUNCTION_LINES else []
    assert long == []


def test_the_queue_folder_never_hides_the_standard_librarys_queue():
    assert not (ROOT / "queue" / "__init__.py").exists()


def test_no_python_file_lies_in_the_root_where_the_wheel_would_take_it():
    assert list(ROOT.glob("*.py")) == []


def test_names_say_what_a_file_is_about():
    stems = {Path(name).stem for name in tracked() if name.startswith(("queue/", "webapp/"))}
    assert stems & FORBIDDEN_NAMES == set()


def test_nothing_names_a_machine_or_a_registry():
    pattern = re.compile(r"pythonhosted|registry\.npmjs|pypi\.org|deb\.debian|\.\./shared")
    found = [
        name
        for name in tracked()
        if not name.startswith(("static/vendor/", "tests/test_tree.py"))
        and not name.endswith((".gz", ".png"))
        and pattern.search((ROOT / name).read_text(errors="replace"))
    ]
    assert found == []


def test_every_statement_is_used_and_every_used_one_exists():
    named = {
        path.relative_to(ROOT / "sql/queries").with_suffix("").as_posix()
        for path in ROOT.glob("sql/queries/**/*.sql")
        if path.parent.name != "figures"  # found by their folder
    }
    code = "".join(
        path.read_text()
        for folder in ("queue", "webapp")
        for path in ROOT.glob(f"{folder}/**/*.py")
    )
    folders = {name.partition("/")[0] for name in named}
    used = {
        name
        for name in re.findall(r'"([a-z]+/[a-z_]+)"', code)
        if name.partition("/")[0] in folders
    }
    assert used == named


@pytest.mark.heavy
def test_the_wheel_holds_the_tree_and_nothing_else(tmp_path):
    tree = tmp_path / "tree"  # a build leaves folders behind, and takes in what lies in them
    for name in tracked():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tree / name)
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]  # noqa: RUF005
        + ["--wheel-dir", str(tmp_path), str(tree)],
        check=True,
    )
    [wheel] = tmp_path.glob("*.whl")
    held = {
        name.removeprefix("schoolbell/")
        for name in zipfile.ZipFile(wheel).namelist()
        if ".dist-info/" not in name
    }
    wanted = {
        name
        for name in tracked()
        if name.startswith(("queue/", "webapp/", "sql/", "static/", "templates/"))
    }
    assert held == wanted
