"""Addresses of static files: own files carry a hash of their content, vendored ones a version."""

import base64
import hashlib
import json
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for

FOR_EVER = "public, max-age=31536000, immutable"


def init_assets(app: Flask) -> None:
    """Give templates `static_url` and `integrity`, and static files their caching."""
    app.add_template_global(static_url)
    app.add_template_global(integrity)
    app.after_request(_cache_static)


def static_url(name: str) -> str:
    """Address of a static file that changes whenever its content does."""
    if name.startswith("vendor/"):
        return url_for("static", filename=name)
    return url_for("static", filename=name, v=_version(name))


def integrity(name: str) -> str:
    """Value of the integrity attribute of a vendored file, from the lock."""
    folder, _, file = name.removeprefix("vendor/").partition("/")
    return locked_files(_static() / "vendor" / "vendor.lock")[folder][file]


@lru_cache(maxsize=1)
def locked_files(lock: Path) -> dict[str, dict[str, str]]:
    """Read the lock: folder, file, hash."""
    return {package["folder"]: package["files"] for package in json.loads(lock.read_text())}


def sha384(content: bytes) -> str:
    """Hash a file the way browsers check it."""
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


def _static() -> Path:
    return Path(str(current_app.static_folder))


def _version(name: str) -> str:
    path = _static() / name
    return _content_version(path, path.stat().st_mtime_ns)


@lru_cache
def _content_version(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _cache_static(response: Response) -> Response:
    is_file = request.endpoint == "static" and request.method in {"GET", "HEAD"}
    if is_file and response.status_code in {200, 304}:
        name = (request.view_args or {})["filename"]
        is_fixed = name.startswith("vendor/") or request.args.get("v") == _version(name)
        response.headers["Cache-Control"] = FOR_EVER if is_fixed else "no-cache"
    return response
