"""Keeps the verdict on each window under a hash of everything that decides it; holds neither a document's words nor a model's."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from extract.llm.verdict import Verdict, packed, unpacked

FILE = "llm-verdicts.db"
#: Seconds to wait where another process writes.
PATIENCE = 5


def key_of(version: str, window: str) -> str:
    """``version``: model, prompt and schema; ``window``: the text that is sent."""
    return sha256(f"{version}\x1f{window}".encode("utf-8", "surrogatepass")).hexdigest()


class Cache:
    """A SQLite file that may be deleted at any time while nothing is read: it only saves calls.

    A damaged file is begun anew; where it is locked or the disk is full nothing is found or kept. For one thread.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._connection = self._opened() or self._begun_anew()

    def _opened(self) -> sqlite3.Connection | None:
        connection = None
        try:
            connection = sqlite3.connect(self._file, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
            connection.execute("CREATE TABLE IF NOT EXISTS verdict (key TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID")
        except sqlite3.DatabaseError as error:
            if connection is not None:
                connection.close()
            if isinstance(error, sqlite3.OperationalError):
                return sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
            return None
        return connection

    def _begun_anew(self) -> sqlite3.Connection:
        self._file.unlink(missing_ok=True)
        return self._opened() or sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)

    def get(self, key: str) -> tuple[Verdict, ...] | None:
        try:
            row = self._connection.execute("SELECT body FROM verdict WHERE key = ?", (key,)).fetchone()
        except sqlite3.DatabaseError:
            return None
        return None if row is None else unpacked(row[0])

    def put(self, key: str, verdicts: Sequence[Verdict]) -> None:
        with suppress(sqlite3.DatabaseError):
            self._connection.execute("INSERT OR REPLACE INTO verdict VALUES (?, ?)", (key, packed(verdicts)))

    def close(self) -> None:
        self._connection.close()
