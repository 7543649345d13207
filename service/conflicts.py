"""Lists the records that cannot both hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from domain.access import Caller, Scope
from domain.disagreement import disagreement
from domain.question import Disagreement
from domain.record import StoredRecord
from service.records import check_limit, first_page
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
    check_limit(limit)
    snapshot = app.snapshot(caller)
    holding = {key: stored for key, stored in snapshot.records.items() if stored.record.governs(as_of)}
    found = (conflict for conflict in _conflicts(holding) if cursor is None or conflict.id > cursor)
    items, more = first_page(found, limit)
    return ConflictPage(items, items[-1].id if more else None, snapshot.revision)


def _conflicts(holding: Mapping[str, StoredRecord]) -> Iterator[Conflict]:
    """Each pair once, by id; a person may have edited away what was found."""
    for one, other in sorted((one, rival) for one, stored in holding.items() for rival in stored.record.rivals if one < rival):
        found = disagreement(holding[one].record, holding[other].record) if other in holding else None
        if found is not None:
            first, second = found.records
            yield Conflict(f"{one}.{other}", found, (holding[first], holding[second]))
