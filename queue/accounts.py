"""Accounts and sessions, over the sign-in role's own small pool: nothing else reads hashes."""

import hashlib
import secrets
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from schoolbell.queue import db, queries

# OWASP's second choice of 2024: 19 MiB, 2 passes, 1 lane (about 50 ms; dependencies.md section 4).
hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

IDLE_HOURS = 12
# Ten wrong passwords for one name in a quarter of an hour; the person waits, the guesser gives up.
MOST_FAILURES = 10
FAILURE_MINUTES = 15

# Verified when the name is unknown, so that the time taken tells nothing about who exists.
_NOBODY = hasher.hash(secrets.token_urlsafe(16))


@dataclass(frozen=True)
class SignIn:
    """What became of a sign-in: a session's token, or why there is none."""

    token: str | None
    refusal: str | None = None
    too_many: bool = False


def sign_in(login: str, password: str) -> SignIn:
    """Check a password and open a session, or say why not.

    Each try is counted and logged; those that come after too many are not even looked at.
    """
    with db.transaction("signin") as tx:
        failures = queries.one(
            tx, "accounts/recent_failures", login=login, minutes=FAILURE_MINUTES
        ).failures
        if failures >= MOST_FAILURES:
            refusal = f"Too many tries. Wait {FAILURE_MINUTES} minutes, then try again."
            return SignIn(None, refusal, too_many=True)
        account = queries.one(tx, "accounts/find_account", login=login)
        if not _matches(account.password_hash if account else _NOBODY, password) or not account:
            queries.run(tx, "accounts/note_failure", login=login)
            _log(tx, login, "sign in", "refused")
            return SignIn(None, "That name and password do not match. Check both and try again.")
        if hasher.check_needs_rehash(account.password_hash):
            queries.run(
                tx, "accounts/rehash", account_id=account.account_id, hash=hasher.hash(password)
            )
        _log(tx, login, "sign in", "done")
        return SignIn(_open(tx, account.account_id, actor=None))


def open_session(login: str, actor: str) -> str:
    """Open a session of a built-in account for `actor`, who is named in every log line."""
    with db.transaction("signin") as tx:
        account = queries.one(tx, "accounts/find_account", login=login)
        _log(tx, actor, "sign in", "done")
        return _open(tx, account.account_id, actor=actor)


def sign_out(token: str, login: str) -> None:
    """Close the session; its token is worth nothing from now on."""
    with db.transaction("signin") as tx:
        queries.run(tx, "accounts/close_session", token_hash=_hash(token))
        _log(tx, login, "sign out", "done")


def _open(tx: db.Transaction, account_id: int, actor: str | None) -> str:
    token = secrets.token_urlsafe(32)
    queries.run(
        tx,
        "accounts/open_session",
        token_hash=_hash(token),
        account_id=account_id,
        actor=actor,
        hours=IDLE_HOURS,
    )
    return token


def _log(tx: db.Transaction, login: str, action: str, outcome: str) -> None:
    queries.run(tx, "accounts/log_signin", login=login, action=action, outcome=outcome)


def _matches(password_hash: str, password: str) -> bool:
    try:
        return hasher.verify(password_hash, password)
    except InvalidHashError:  # a built-in account has no password: it takes as long as any other
        _matches(_NOBODY, password)
        return False
    except VerificationError:
        return False


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
