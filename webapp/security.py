"""What every answer carries and every request must pass, whatever the page."""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf import CSRFProtect

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
OWN_SITES = {"same-origin", "none"}

CONTENT_POLICY = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "connect-src 'self'; "
    "img-src 'self' data:; "
    "font-src 'self'; "
    "manifest-src 'self'; "
    "form-action 'self'; "
    "base-uri 'none'; "
    "frame-ancestors 'none'"
)

HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
ONE_YEAR = "max-age=31536000"


class CookieSessions(SecureCookieSessionInterface):
    """Session cookies that go back over HTTPS alone once they came by HTTPS."""

    def get_cookie_secure(self, app: Flask) -> bool:
        """Mark the cookie Secure when this request came by HTTPS."""
        return request.is_secure or super().get_cookie_secure(app)


def init_security(app: Flask) -> CSRFProtect:
    """Put the two layers against forged requests and the headers on every route."""
    app.config.update(
        WTF_CSRF_TIME_LIMIT=None,  # a dashboard stays open all day
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.session_interface = CookieSessions()
    app.before_request(refuse_other_sites)
    app.after_request(add_headers)
    return CSRFProtect(app)


def refuse_other_sites() -> None:
    """Refuse a change asked for by a page of another site, before any view sees it."""
    if request.method not in SAFE_METHODS and not _is_own_site():
        abort(403, "The request came from another site.")


def add_headers(response: Response) -> Response:
    """Add the headers; only static files may be kept by a cache."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static" or response.status_code >= 400:  # noqa: PLR2004 - an error
        response.headers["Cache-Control"] = "no-store"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = ONE_YEAR
    return response


def _is_own_site() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in OWN_SITES
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host
