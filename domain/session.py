"""A person who signed in to the pages, as the ledger keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Session:
    """``digest``: SHA-256 of the secret in the browser's cookie, which itself is never stored. ``key_digest``: that of the API key.

    ``begun`` and ``seen``: in UTC, ISO 8601, to the second.
    """

    digest: str
    key_digest: str
    begun: str
    seen: str


class Sessions(Protocol):
    """Who is signed in. Nothing here changes what is known, so that it leaves no audit row."""

    def begin_session(self, session: Session, *, stale: str) -> None:
        """Keeps it, and lets go of those last seen before ``stale``."""

    def session(self, digest: str) -> Session | None: ...

    def see_session(self, digest: str, *, at: str) -> None:
        """Does nothing where there is no such session."""

    def end_session(self, digest: str) -> None:
        """Does nothing where there is no such session."""
