"""Finds passages and records by meaning and by words."""

from __future__ import annotations

from dataclasses import dataclass

from domain.access import Caller, Scope
from domain.errors import InvalidQuestion
from domain.passage import Passage
from domain.record import SERVED, StoredRecord
from service.seen import hits
from service.wiring import App


@dataclass(frozen=True, slots=True)
class PassageHit:
    passage: Passage
    path: str
    score: float


@dataclass(frozen=True, slots=True)
class RecordHit:
    stored: StoredRecord
    score: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    revision: int
    passages: tuple[PassageHit, ...]
    records: tuple[RecordHit, ...]


def search(app: App, caller: Caller, text: str, *, kind: str | None = None, limit: int = 10, as_of: str | None = None) -> SearchResult:
    """``kind``: passage, record or None for both. ``as_of``: leaves out records that do not hold on that day."""
    caller.need(Scope.READ)
    if not text.strip() or not 1 <= limit <= 100:
        raise InvalidQuestion("a search needs a text and a limit of 1 to 100")
    if kind not in (None, "passage", "record"):
        raise InvalidQuestion(f"kind is passage or record, not {kind!r}")
    app.project(caller.workspace)
    snapshot = app.snapshot(caller)
    [vector] = app.encoder.encode([text])
    passages: tuple[PassageHit, ...] = ()
    records: list[RecordHit] = []
    if kind != "record":
        scores = {hit.id: hit.score for hit in hits(app, caller, vector=vector, text=text, kind="passage", limit=limit)}
        found = app.ledger.passages_by_id(caller.workspace, list(scores))
        passages = tuple(
            PassageHit(p, snapshot.documents[p.document_id].path, scores[p.id]) for p, _ in found if p.document_id in snapshot.documents
        )
    if kind != "passage":
        for hit in hits(app, caller, vector=vector, text=text, kind="record", limit=4 * limit):
            stored = snapshot.records.get(hit.id)
            if stored is not None and stored.record.status in SERVED and (as_of is None or stored.record.validity(as_of) == "active"):
                records.append(RecordHit(stored, hit.score))
    return SearchResult(snapshot.revision, passages, tuple(records[:limit]))
