"""Lists the records that cannot both hold."""

from __future__ import annotations

from dataclasses import dataclass

from domain.access import Caller, Scope
from domain.disagreement import disagreement
from domain.errors import InvalidQuestion
from domain.question import Disagreement
from domain.record import StoredRecord
from service.records import MAX_PAGE
from service.search import SERVED
from service.wiring import App


@dataclass(frozen=True, slots=True)
class Conflict:
    """``sides``: the two records, the one that goes first before the other. ``id``: both records' ids."""

    id: str
    disagreement: Disagreement
    sides: tuple[StoredRecord, StoredRecord]


@dataclass(frozen=True, slots=True)
class ConflictPage:
    items: tuple[Conflict, ...]
    next_cursor: str | None
    revision: int


def list_conflicts(app: App, caller: Caller, *, as_of: str, cursor: str | None = None, limit: int = 50) -> ConflictPage:
    """One page of those between records that hold on the day ``as_of``, by id. ``cursor``: the last id of the page before."""
    caller.need(Scope.READ)
    if not 1 <= limit <= MAX_PAGE:
        raise InvalidQuestion(f"limit is 1 to {MAX_PAGE}")
    snapshot = app.snapshot(caller.workspace)
    holding = {
        key: stored
        for key, stored in snapshot.records.items()
        if stored.record.status in SERVED and stored.record.validity(as_of) == "active"
    }
    keys = sorted((one, other) for one, stored in holding.items() for other in stored.record.rivals if one < other and other in holding)
    page: list[Conflict] = []
    for one, other in keys:
        conflict_id = f"{one}.{other}"
        if cursor is not None and conflict_id <= cursor:
            continue
        found = disagreement(holding[one].record, holding[other].record)  # a person may have edited it away since
        if found is not None:
            first, second = found.records
            page.append(Conflict(conflict_id, found, (holding[first], holding[second])))
        if len(page) > limit:
            break
    more = len(page) > limit
    return ConflictPage(tuple(page[:limit]), page[limit - 1].id if more else None, snapshot.revision)
