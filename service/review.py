"""What a person should look at next: proposed records, riskiest and least certain first."""

from __future__ import annotations

import re
import threading
from bisect import insort
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
from service.records import check_limit, first_page
from service.snapshot import Snapshot
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
    queue = app.queues.of(snapshot, day)
    left = (it for it in queue.waiting if _matches(it, wanted) and (after is None or _place(it) > after))
    items, more = first_page(left, wanted.limit)
    return QueuePage(items, _cursor(day, items[-1]) if more else None, queue.open, snapshot.revision, day)


@dataclass(frozen=True, slots=True)
class Queue:
    """All that waits on a day, in order."""

    waiting: tuple[Waiting, ...]
    open: Open


class Queues:
    """Those that were worked out last, kept while what they were worked out from is the same: a queue is looked at page by page."""

    MOST = 8

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: list[tuple[Snapshot, str, Queue]] = []

    def of(self, snapshot: Snapshot, day: str) -> Queue:
        with self._lock:
            found = next((queue for known, at, queue in self._kept if known is snapshot and at == day), None)
            before = next(((known, queue) for known, at, queue in self._kept if at == day), None)
        if found is None:
            found = _moved_on(before[1], before[0].records, snapshot.records, day) if before else _queue(snapshot.records, day)
            with self._lock:
                self._kept = [(snapshot, day, found), *self._kept][: self.MOST]
        return found

    def forget(self) -> None:
        """What was removed must not live on in memory until somebody asks."""
        with self._lock:
            self._kept.clear()


#: Up to so many changed records only what they bear on is worked out again.
FEW = 500


def _moved_on(queue: Queue, before: Mapping[str, StoredRecord], records: Mapping[str, StoredRecord], day: str) -> Queue:
    """The queue of ``before`` as it is now; what a record waits for rests on itself, the record that it bends and its rivals only."""
    changed = {key for key, stored in records.items() if before.get(key) is not stored} | (before.keys() - records.keys())
    if len(changed) > FEW:
        return _queue(records, day)
    touched = set(changed)
    for key in changed:
        for version in (before.get(key), records.get(key)):
            touched.update(version.record.rivals if version else ())
    touched |= {key for key, it in records.items() if it.record.overrides in changed or not changed.isdisjoint(it.record.rivals)}
    rivals = _rivals(records)
    proposed = (stored for key in touched if (stored := records.get(key)) is not None and stored.record.status is Status.PROPOSED)
    fresh = [Waiting(stored, _urgency(stored, records, rivals, day)) for stored in proposed]
    kept = [it for it in queue.waiting if it.stored.record.id not in touched]
    gone = [it for it in queue.waiting if it.stored.record.id in touched]
    for it in fresh:
        insort(kept, it, key=_place)
    less, more = _open(gone), _open(fresh)
    kinds = {kind: count - less.kinds[kind] + more.kinds[kind] for kind, count in queue.open.kinds.items()}
    reasons = {cause: count - less.reasons[cause] + more.reasons[cause] for cause, count in queue.open.reasons.items()}
    return Queue(tuple(kept), Open(len(kept), kinds, reasons))


def _queue(records: Mapping[str, StoredRecord], day: str) -> Queue:
    rivals = _rivals(records)
    proposed = (stored for stored in records.values() if stored.record.status is Status.PROPOSED)
    waiting = sorted((Waiting(stored, _urgency(stored, records, rivals, day)) for stored in proposed), key=_place)
    return Queue(tuple(waiting), _open(waiting))


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
