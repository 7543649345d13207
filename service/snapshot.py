"""What the ledger holds at one revision, kept in memory so that a question costs no query."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from domain.document import Document
from domain.errors import NotFound
from domain.ports import Ledger
from domain.record import Documentation, StoredRecord
from service.holdings import Holdings
from service.sight import Sight

#: Up to so many changed records are asked for one by one; beyond, all at once is cheaper.
FEW = 500


@dataclass(frozen=True, slots=True)
class Snapshot:
    """``records`` by id; ``formal``: how many documented records a documentation check has to look through.

    ``labels``: of paths that have any. ``sight``: by what a caller's snapshot was cut from the whole one; None: it is the whole.
    """

    revision: int
    end: int
    records: dict[str, StoredRecord] = field(repr=False)
    formal: int
    documents: dict[str, Document] = field(repr=False)
    labels: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)
    sight: Sight | None = field(default=None, repr=False)


class Snapshots:
    """One snapshot for each workspace, replaced when the ledger has moved on."""

    def __init__(self, ledger: Ledger, holdings: Holdings) -> None:
        self._ledger, self._holdings = ledger, holdings
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
            labels = self._ledger.labels(workspace)
            changed: set[str] = set()
            while lines := self._ledger.changes(workspace, after=end, limit=10_000):
                end = lines[-1].sequence
                changed.update(line.target for line in lines if line.kind == "record")
            records = self._records(workspace, kept, changed)
            formal = sum(s.record.documentation is Documentation.DOCUMENTED for s in records.values())
            documents = {document.id: document for document in self._holdings.documents(workspace)}
            fresh = Snapshot(revision, end, records, formal, documents, _both(labels, self._ledger.labels(workspace)))
            self._kept[workspace] = fresh
            return fresh

    def _records(self, workspace: str, kept: Snapshot | None, changed: set[str]) -> dict[str, StoredRecord]:
        """Those in force, by id; what has not changed as the very objects of the last snapshot."""
        if kept is None or len(changed) > FEW:
            return {stored.record.id: stored for stored in self._ledger.records(workspace)}
        records = dict(kept.records)
        for record_id in changed:
            records.pop(record_id, None)
            with suppress(NotFound):
                records[record_id] = self._ledger.record(workspace, record_id)
        return dict(sorted(records.items()))

    def forget(self, workspace: str) -> None:
        """What was removed must not live on in memory until somebody asks."""
        with self._lock:
            self._kept.pop(workspace, None)


def _both(before: Mapping[str, frozenset[str]], after: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """A source that came meanwhile was labelled before it came, and one that went was read with the labels that went with it."""
    nothing: frozenset[str] = frozenset()
    return {path: before.get(path, nothing) | after.get(path, nothing) for path in {**before, **after}}
