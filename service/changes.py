"""What changed on the records since a revision."""

from __future__ import annotations

from dataclasses import dataclass

from domain.access import Caller, Scope
from domain.ports import RecordChange
from service.records import check_limit
from service.seen import changes_seen
from service.wiring import App


@dataclass(frozen=True, slots=True)
class ChangePage:
    """``revision``: what the pages up to ``next_cursor`` None tell of; ask for what came after it next time."""

    items: tuple[RecordChange, ...]
    next_cursor: int | None
    revision: int


def list_changes(app: App, caller: Caller, *, after: int, cursor: int = 0, limit: int = 100) -> ChangePage:
    """One page, oldest first. ``after``: a revision. ``cursor``: the last position of the page before."""
    caller.need(Scope.READ)
    check_limit(limit)
    revision = app.ledger.revision(caller.workspace)
    found = changes_seen(app, caller, after=cursor, since=after, until=revision, limit=limit + 1)
    items = tuple(found[:limit])
    return ChangePage(items, items[-1].position if len(found) > limit else None, revision)


def change_json(change: RecordChange) -> dict[str, object]:
    return {
        "position": change.position,
        "revision": change.revision,
        "record": change.record_id,
        "op": change.op,
        "status": change.status.value if change.status else None,
        "by": change.actor,
        "at": change.at,
        "action": change.action,
        "reason": change.reason,
    }
