"""Lists and fetches records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from domain.access import Caller, Scope
from domain.errors import InvalidQuestion
from domain.record import SERVED, Status, StoredRecord
from service.seen import believed, the_record, versions_of
from service.wiring import App

T = TypeVar("T")

MAX_PAGE = 500


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """Only what is set filters. ``status`` None: proposed and approved. ``cursor``: the last id of the page before.

    ``revision``: what was in force then, as it was believed then.
    """

    kind: str | None = None
    status: frozenset[str] | None = None
    documentation: str | None = None
    scope: str | None = None
    as_of: str | None = None
    revision: int | None = None
    cursor: str | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True)
class RecordPage:
    items: tuple[StoredRecord, ...]
    next_cursor: str | None
    revision: int


def list_records(app: App, caller: Caller, wanted: RecordFilter) -> RecordPage:
    """One page by id; ``as_of`` leaves out what does not hold on that day. Raises InvalidQuestion for an unknown value."""
    caller.need(Scope.READ)
    check_filter(wanted)
    records, revision = _believed(app, caller, wanted.revision)
    later = (stored for stored in records if wanted.cursor is None or stored.record.id > wanted.cursor)
    items, more = first_page((stored for stored in later if matches(stored, wanted)), wanted.limit)
    return RecordPage(items, items[-1].record.id if more else None, revision)


def check_filter(wanted: RecordFilter) -> None:
    """Raises InvalidQuestion naming what makes no sense."""
    check_limit(wanted.limit)
    _known("kind", wanted.kind, {"rule", "exception", "handoff"})
    _known("documentation", wanted.documentation, {"documented", "undocumented"})
    for status in wanted.status or ():
        _known("status", status, {s.value for s in Status})


def _believed(app: App, caller: Caller, revision: int | None) -> tuple[Iterable[StoredRecord], int]:
    """The records in force at a revision (None: now), by id, and its number."""
    if revision is None:
        snapshot = app.snapshot(caller)
        return [snapshot.records[i] for i in sorted(snapshot.records)], snapshot.revision
    return believed(app, caller, revision), revision


def check_limit(limit: int) -> None:
    if not 1 <= limit <= MAX_PAGE:
        raise InvalidQuestion(f"limit is 1 to {MAX_PAGE}")


def first_page(found: Iterator[T], limit: int) -> tuple[tuple[T, ...], bool]:
    """So many of them, and whether there are more; no more than one beyond is looked for."""
    page = tuple(islice(found, limit + 1))
    return page[:limit], len(page) > limit


def _known(name: str, value: str | None, values: set[str]) -> None:
    if value is not None and value not in values:
        raise InvalidQuestion(f"{name} is one of {', '.join(sorted(values))}, not {value!r}")


def matches(stored: StoredRecord, wanted: RecordFilter) -> bool:
    """By everything but the place in a list."""
    record = stored.record
    statuses = wanted.status if wanted.status is not None else {s.value for s in SERVED}
    return (
        record.status.value in statuses
        and wanted.kind in (None, record.kind.value)
        and wanted.documentation in (None, record.documentation.value)
        and (wanted.scope is None or any(wanted.scope.lower() in item.value.lower() for item in record.scope))
        and (wanted.as_of is None or record.validity(wanted.as_of) == "active")
    )


def get_record(app: App, caller: Caller, record_id: str) -> StoredRecord:
    """Raises NotFound."""
    caller.need(Scope.READ)
    return the_record(app, caller, record_id)


def record_history(app: App, caller: Caller, record_id: str) -> list[StoredRecord]:
    """Every version, oldest first; raises NotFound."""
    caller.need(Scope.READ)
    return versions_of(app, caller, record_id)
