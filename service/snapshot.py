"""What the ledger holds at one revision, kept in memory so that a question costs no query."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from domain.document import Document
from domain.ports import Ledger
from domain.record import Documentation, StoredRecord


@dataclass(frozen=True, slots=True)
class Snapshot:
    """``records`` by id; ``formal``: how many documented records a documentation check has to look through."""

    revision: int
    end: int
    records: dict[str, StoredRecord] = field(repr=False)
    formal: int
    documents: dict[str, Document] = field(repr=False)


class Snapshots:
    """One snapshot for each workspace, replaced when the ledger has moved on."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._kept: dict[str, Snapshot] = {}
        self._lock = threading.Lock()

    def at_present(self, workspace: str) -> Snapshot:
        """Never older than the ledger at the time of the call: one small query tells whether anything changed."""
        with self._lock:
            revision, kept = self._ledger.revision(workspace), self._kept.get(workspace)
            end = kept.end if kept else 0
            moved = self._ledger.changes(workspace, after=end, limit=1)
            if kept is not None and kept.revision == revision and not moved:
                return kept
            while lines := self._ledger.changes(workspace, after=end, limit=10_000):
                end = lines[-1].sequence
            records = {stored.record.id: stored for stored in self._ledger.records(workspace)}
            formal = sum(s.record.documentation is Documentation.DOCUMENTED for s in records.values())
            documents = {document.id: document for document in self._ledger.documents(workspace)}
            fresh = Snapshot(revision, end, records, formal, documents)
            self._kept[workspace] = fresh
            return fresh

    def forget(self, workspace: str) -> None:
        """What was removed must not live on in memory until somebody asks."""
        with self._lock:
            self._kept.pop(workspace, None)
