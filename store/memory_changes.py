"""What changed on records in a workspace in memory, as a reader may see it."""

from __future__ import annotations

from domain.ports import VERSION_ACTIONS, RecordChange
from store.change_rows import shown_change
from store.memory_room import Room
from store.record_diff import NO_VERSION


def recorded_changes(room: Room) -> list[RecordChange]:
    found = []
    for position, row in enumerate(room.audit, start=1):
        if row.action not in VERSION_ACTIONS:
            continue
        upto = [version for revision, version in room.versions[row.target] if revision <= row.revision]
        new, old = upto[-1], upto[-2] if len(upto) > 1 else NO_VERSION
        before = "" if old.gone and not old.removed else old.status
        shown = shown_change(row, position, status=new.status, before=before, gone=new.gone)
        found += [shown] if shown else []
    return found
