"""Signing in and out. The session is a row; the cookie holds its token and nothing else."""

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask_login import LoginManager, current_user, login_user, logout_user
from werkzeug.wrappers import Response

from schoolbell.queue import accounts, queries
from schoolbell.webapp import htmx, scope

bp = Blueprint("auth", __name__)

# None is an address that leads nowhere: it says 404 to everybody.
OPEN_TO_ALL = {"static", "health", "auth.sign_in", "auth.open_session", None}


def init_auth(app: Flask) -> None:
    """Let flask-login keep the cookie, bound to the browser that got it."""
    manager = LoginManager(app)
    manager.session_protection = "strong"  # any other word would switch it off in silence
    manager.user_loader(scope.load_person)
    app.before_request(refuse_signed_out)
    app.register_blueprint(bp)


def refuse_signed_out() -> Response | None:
    """Let nobody past who is not signed in, whatever the page; a new page cannot forget it."""
    if request.endpoint in OPEN_TO_ALL or current_user.is_authenticated:
        return None
    return ask_to_sign_in()


def ask_to_sign_in() -> Response:
    """Send a person to the sign-in page and back afterwards; a poll only hears 401."""
    if htmx.is_htmx():
        abort(401)
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("auth.sign_in", next=wanted))


@bp.get("/sign-in")
def sign_in() -> Response | str:
    """Ask for name and password."""
    if current_user.is_authenticated:
        return redirect("/")
    return render_template("auth/sign_in.html", problem=None, login="")


@bp.post("/sign-in")
def open_session() -> Response | tuple[str, int]:
    """Check name and password and open a session, or say what to do next."""
    login = request.form.get("login", "").strip()
    outcome = accounts.sign_in(login, request.form.get("password", ""))
    if outcome.token is None:
        page = render_template("auth/sign_in.html", problem=outcome.refusal, login=login)
        return page, 429 if outcome.too_many else 401
    login_user(scope.load_person(outcome.token))
    return redirect(_own_page(request.args.get("next")))


@bp.post("/sign-out")
def sign_out() -> Response:
    """Close the session in the database, so that a copied cookie is worth nothing."""
    accounts.sign_out(scope.person().token, scope.person().login)
    logout_user()
    flash("You are signed out.")
    return redirect(url_for("auth.sign_in"))


@bp.post("/theme")
def choose_theme() -> Response:
    """Keep the person's choice of light, dark or as the device."""
    choice = request.form.get("choice", "")
    if choice not in {"light", "dark", "auto"}:
        abort(400)
    with scope.own_settings() as tx:
        queries.run(tx, "accounts/set_theme", theme=choice)
    return redirect(_own_page(request.form.get("next") or request.referrer))


def _own_page(wanted: str | None) -> str:
    """Return a path of ours to go on to; an address of another site becomes the first page."""
    if not wanted:
        return "/"
    path = wanted.removeprefix(request.host_url.rstrip("/"))
    # A browser drops tabs and line ends, and takes "\" for "/": "/<tab>/evil.example" leads away.
    is_own = path.isprintable() and "\\" not in path
    return path if is_own and path.startswith("/") and not path.startswith("//") else "/"
