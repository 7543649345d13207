"""API keys: made, listed, revoked and recognised; the secret is shown once and only its digest is kept."""

from __future__ import annotations

import hashlib
import re
import secrets

from domain.access import ApiKey, Caller, Scope
from domain.errors import InvalidQuestion, Unauthenticated
from service.labels import check_labels
from service.wiring import App, now

PREFIX = "gr_"


def create_key(
    app: App, caller: Caller, name: str, scopes: frozenset[Scope], workspace: str | None = None, labels: frozenset[str] | None = frozenset()
) -> tuple[ApiKey, str]:
    """The key and its secret. ``labels``: which labelled sources it may read; None: all of them. Nobody gives labels that they lack.

    Raises InvalidQuestion for an empty name or no scope."""
    caller.need(Scope.ADMIN)
    if not re.fullmatch(r"[\w .@-]{1,100}", name) or not scopes:
        raise InvalidQuestion("a key needs a name of letters, digits, blanks and .@_- (at most 100), and at least one scope")
    check_labels(caller, labels)
    secret = PREFIX + secrets.token_urlsafe(32)
    key = ApiKey(f"key_{secrets.token_hex(8)}", workspace or caller.workspace, name, digest_of(secret), scopes, now(), None, labels)
    app.ledger.add_key(key)
    return key, secret


def list_keys(app: App, caller: Caller) -> list[ApiKey]:
    caller.need(Scope.ADMIN)
    return app.ledger.keys(caller.workspace)


def revoke_key(app: App, caller: Caller, key_id: str) -> None:
    """Raises NotFound."""
    caller.need(Scope.ADMIN)
    app.ledger.revoke_key(caller.workspace, key_id, at=now())


def authenticate(app: App, secret: str) -> Caller:
    """Raises Unauthenticated; a key is random enough that a plain digest tells nothing and a look-up by it leaks no timing."""
    key = app.ledger.key_by_digest(digest_of(secret))
    if key is None:
        raise Unauthenticated("this key is not known or was revoked")
    return caller_with(key)


def caller_with(key: ApiKey) -> Caller:
    """Whoever holds a living key."""
    return Caller(key.workspace, key.name, key.scopes, key.labels)


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
