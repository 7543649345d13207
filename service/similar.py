"""Records that are alike enough to be decided together, and which of them must not be."""

from __future__ import annotations

from dataclasses import dataclass

from domain.access import Caller, Scope
from domain.errors import NotFound
from domain.record import Status, StoredRecord
from domain.urgency import Cause, urgency
from service.wiring import App

#: Cosine of two topics from which a person will mostly decide the same on both.
ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class Similar:
    """``score``: cosine of the topics. ``why``: what they share, in plain words. ``alone``: it loosens something, and is decided alone."""

    stored: StoredRecord
    score: float
    why: tuple[str, ...]
    alone: bool


def similar_records(app: App, caller: Caller, record_id: str, *, limit: int = 5) -> list[Similar]:
    """Proposed records of the same kind, the most alike first; raises NotFound."""
    caller.need(Scope.READ)
    library, snapshot = app.library(caller), app.snapshot(caller)
    mine = snapshot.records.get(record_id)
    places = {key: row for row, key in enumerate(library.records)}
    if mine is None or record_id not in places:
        raise NotFound(f"there is no record {record_id}")
    cosines = library.topics @ library.topics[places[record_id]]
    found = []
    for other_id, row in places.items():
        other, score = snapshot.records.get(other_id), float(cosines[row])
        if other is None or other_id == record_id or score < ALIKE:
            continue
        if other.record.status is Status.PROPOSED and other.record.kind is mine.record.kind:
            found.append(Similar(other, round(score, 4), _shared(mine, other), loosens(app, caller, other)))
    return sorted(found, key=lambda it: (-it.score, it.stored.record.id))[:limit]


def loosens(app: App, caller: Caller, stored: StoredRecord) -> bool:
    """Whether it asks for less than the rule does, about money or about who gets in: such a thing is never decided in bulk."""
    bent = app.snapshot(caller).records.get(stored.record.overrides or "")
    found = urgency(stored.record, bent=bent.record if bent else None)
    return any(reason.cause is Cause.LOOSENS for reason in found.reasons)


def _shared(one: StoredRecord, other: StoredRecord) -> tuple[str, ...]:
    mine, theirs = one.record, other.record
    names = {item.value for item in mine.scope} & {item.value for item in theirs.scope}
    said = [f"about {name}" for name in sorted(names)]
    if mine.overrides is not None and mine.overrides == theirs.overrides:
        said.append("bends the same rule")
    if {e.citation.path for e in mine.evidence} & {e.citation.path for e in theirs.evidence}:
        said.append("stands in the same file")
    return tuple(said) or ("is about the same matter",)
