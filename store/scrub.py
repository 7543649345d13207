"""Clears what a removal left in the database's own files: free pages, the rest of pages that were moved, and the write-ahead log."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, and_, select, update

from domain.errors import Busy, Unavailable
from store.database import Database
from store.schema import workspace

_WITH_TEXT = ("source", "reading", "document", "passage", "statement", "record_version", "pin", "opened_case")


def scrub(database: Database) -> bool:
    """False where a reader or writer was in the way, or the disk is full: nothing is lost, the mark stays and the next call tries again.

    SQLite overwrites what is deleted (secure_delete), but splitting a page can leave a copy of a row behind in the page's unused part, so
    the file is written anew, and the log emptied. PostgreSQL's VACUUM gives the space free; it is overwritten when it is used again.
    """
    with database.reading() as connection:
        rows = connection.execute(select(workspace.c.name, workspace.c.unscrubbed).where(workspace.c.unscrubbed != 0))
        marks = {row.name: row.unscrubbed for row in rows}
    if not marks:
        return True
    try:
        with database.reading() as connection:
            connection.exec_driver_sql("VACUUM" if database.is_sqlite else f"VACUUM {', '.join(_WITH_TEXT)}")
            if database.is_sqlite and not _log_is_empty(connection):
                return False
    except (Busy, Unavailable):  # also a disk without room for a second copy
        return False
    database.writing(lambda connection: _unmark(connection, marks))
    return True


def _unmark(connection: Connection, marks: Mapping[str, int]) -> None:
    """But for workspaces where more was removed meanwhile."""
    for name, entry in marks.items():
        done = and_(workspace.c.name == name, workspace.c.unscrubbed == entry)
        connection.execute(update(workspace).where(done).values(unscrubbed=0))


def _log_is_empty(connection: Connection) -> bool:
    """Empties it; the pragma's first column is 0 where nobody was in the way."""
    busy: int | None = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()
    return busy == 0
