"""Sessions of the pages as rows; only the digest of a cookie is ever here."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select, update

from domain.session import Session
from store.schema import session


def begin(connection: Connection, given: Session, stale: str) -> None:
    connection.execute(delete(session).where(session.c.seen < stale))
    connection.execute(insert(session).values(digest=given.digest, key_digest=given.key_digest, begun=given.begun, seen=given.seen))


def one(connection: Connection, digest: str) -> Session | None:
    row = connection.execute(select(session).where(session.c.digest == digest)).one_or_none()
    return None if row is None else Session(row.digest, row.key_digest, row.begun, row.seen)


def see(connection: Connection, digest: str, at: str) -> None:
    connection.execute(update(session).where(session.c.digest == digest).values(seen=at))


def end(connection: Connection, digest: str) -> None:
    connection.execute(delete(session).where(session.c.digest == digest))
