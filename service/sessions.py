"""Signing in to the pages with an API key: the browser keeps a secret of its own, never the key."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from domain.access import Caller
from domain.session import Session
from service.keys import authenticate, caller_with, digest_of
from service.wiring import App, now

#: A session's last sight is written down at most so often, in seconds: a page is read more often than that.
SEEN_EVERY = 60


def sign_in(app: App, key: str) -> str:
    """The secret for the browser's cookie; raises Unauthenticated where the key is not known or was revoked."""
    authenticate(app, key)
    secret, moment = secrets.token_urlsafe(32), now()
    app.ledger.begin_session(Session(digest_of(secret), digest_of(key), moment, moment), stale=_before(app.settings.session_idle_hours))
    return secret


def visitor(app: App, secret: str) -> Caller | None:
    """Who holds a session's secret; None where it has ended, by time, by signing out or because its key was revoked."""
    session = app.ledger.session(digest_of(secret))
    if session is None:
        return None
    key = app.ledger.key_by_digest(session.key_digest)
    if key is None or session.seen < _before(app.settings.session_idle_hours) or session.begun < _before(app.settings.session_hours):
        app.ledger.end_session(session.digest)
        return None
    if session.seen < _before(SEEN_EVERY / 3600):
        app.ledger.see_session(session.digest, at=now())
    return caller_with(key)


def sign_out(app: App, secret: str) -> None:
    app.ledger.end_session(digest_of(secret))


def form_token(secret: str) -> str:
    """What a form must carry that changes something: other sites cannot read the cookie that it is made from."""
    return hashlib.sha256(f"form {secret}".encode()).hexdigest()


def _before(hours: float) -> str:
    return (datetime.now(UTC) - timedelta(hours=hours)).isoformat(timespec="seconds")
