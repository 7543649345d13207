"""Sessions in memory: a part of the ledger's twin."""

from __future__ import annotations

from dataclasses import replace

from domain.session import Session


class MemorySessions:
    """domain.session.Sessions."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}

    def begin_session(self, session: Session, *, stale: str) -> None:
        living = {digest: kept for digest, kept in self._sessions.items() if kept.seen >= stale}
        self._sessions = {**living, session.digest: session}

    def session(self, digest: str) -> Session | None:
        return self._sessions.get(digest)

    def see_session(self, digest: str, *, at: str) -> None:
        if digest in self._sessions:
            self._sessions[digest] = replace(self._sessions[digest], seen=at)

    def end_session(self, digest: str) -> None:
        self._sessions.pop(digest, None)
