"""What a person should look at next: proposed records, riskiest and least certain first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from domain.access import Caller, Scope
from domain.disagreement import disagreement, linked
from domain.errors import InvalidQuestion
from domain.record import Status, StoredRecord
from domain.urgency import Cause, Urgency, urgency
from service.flags import flags_of
from service.records import check_limit
from service.wiring import App

#: Where a record stands in the queue: by score downwards, then by confidence and id upwards.
Place = tuple[float, float, str]

_CURSOR = re.compile(r"(\d{4}-\d{2}-\d{2})~([01]\.\d{4})~([01]\.\d{6})~(\w+)")


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Only what is set filters. ``cursor``: ``next_cursor`` of the page before, which also says for which day that was."""

    kind: str | None = None
    documentation: str | None = None
    reason: str | None = None
    cursor: str | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    stored: StoredRecord
    urgency: Urgency


@dataclass(frozen=True, slots=True)
class Open:
    """How many proposed records there are in all, whatever was filtered; a record counts under each of its reasons."""

    total: int
    kinds: Mapping[str, int]
    reasons: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class QueuePage:
    items: tuple[Waiting, ...]
    next_cursor: str | None
    open: Open
    revision: int
    as_of: str


def review_queue(app: App, caller: Caller, wanted: QueueFilter, *, today: str) -> QueuePage:
    """One page. What a person decides between two pages leaves the queue and moves nothing else, unless it bears on another's reasons.

    Raises InvalidQuestion for a cursor that is none, or a limit out of range.
    """
    caller.need(Scope.READ)
    check_limit(wanted.limit)
    day, after = _read(wanted.cursor) if wanted.cursor else (today, None)
    snapshot = app.snapshot(caller)
    rivals = _rivals(snapshot.records)
    waiting = [
        Waiting(stored, _urgency(stored, snapshot.records, rivals, day))
        for stored in snapshot.records.values()
        if stored.record.status is Status.PROPOSED
    ]
    chosen = sorted((it for it in waiting if _matches(it, wanted)), key=_place)
    left = [it for it in chosen if after is None or _place(it) > after]
    items = tuple(left[: wanted.limit])
    cursor = _cursor(day, items[-1]) if len(left) > wanted.limit else None
    return QueuePage(items, cursor, _open(waiting), snapshot.revision, day)


def _urgency(stored: StoredRecord, records: Mapping[str, StoredRecord], rivals: Mapping[str, set[str]], day: str) -> Urgency:
    """An exception and its rule are no conflict to be settled; what a person has edited away is none any more."""
    record = stored.record
    against = [
        other
        for other in rivals.get(record.id, ())
        if _holds(records.get(other), day)
        and not linked(record, records[other].record)
        and disagreement(record, records[other].record) is not None
    ]
    bent = records.get(record.overrides or "")
    return urgency(record, bent=bent.record if bent else None, flags=flags_of(stored, records, day), rivals=against)


def _rivals(records: Mapping[str, StoredRecord]) -> dict[str, set[str]]:
    """Both ways, whichever of the two names the other."""
    found: dict[str, set[str]] = {}
    for one, stored in records.items():
        for other in stored.record.rivals:
            found.setdefault(one, set()).add(other)
            found.setdefault(other, set()).add(one)
    return found


def _holds(stored: StoredRecord | None, day: str) -> bool:
    return stored is not None and stored.record.governs(day)


def _matches(waiting: Waiting, wanted: QueueFilter) -> bool:
    record = waiting.stored.record
    return (
        wanted.kind in (None, record.kind.value)
        and wanted.documentation in (None, record.documentation.value)
        and (wanted.reason is None or any(reason.cause.value == wanted.reason for reason in waiting.urgency.reasons))
    )


def _place(waiting: Waiting) -> Place:
    return -waiting.urgency.score, round(waiting.stored.record.confidence, 6), waiting.stored.record.id


def _cursor(day: str, last: Waiting) -> str:
    score, confidence, record_id = _place(last)
    return f"{day}~{-score:.4f}~{confidence:.6f}~{record_id}"


def _read(cursor: str) -> tuple[str, Place]:
    found = _CURSOR.fullmatch(cursor)
    if found is None or not _is_day(found[1]):
        raise InvalidQuestion("cursor is `next` of the page before, and nothing else")
    return found[1], (-float(found[2]), float(found[3]), found[4])


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _open(waiting: list[Waiting]) -> Open:
    kinds = Counter(it.stored.record.kind.value for it in waiting)
    reasons = Counter(cause.value for it in waiting for cause in {reason.cause for reason in it.urgency.reasons})
    every: dict[str, int] = {cause.value: reasons[cause.value] for cause in Cause}
    return Open(len(waiting), {kind: kinds[kind] for kind in ("rule", "exception", "handoff")}, every)
