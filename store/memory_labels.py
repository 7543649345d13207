"""Labels of sources in one workspace of the ledger in memory."""

from __future__ import annotations

from domain.ids import content_id
from domain.label_port import Labelling
from store.label_rows import changed_labels
from store.memory_room import Room


def label_sources(room: Room, who: tuple[str, str], wanted: Labelling) -> list[str]:
    changed = changed_labels(room.labels, wanted)
    current = {kept.source.path: kept.source.id for kept in room.current()}
    for path, now in changed.items():
        room.labels[path] = now
        room.note(who, "label.set", current.get(path) or content_id("path", path), ", ".join(sorted(now)) or "none")
    room.labels = {path: now for path, now in room.labels.items() if now}
    if changed:
        room.announce("put", "label", ["labels"])
    return list(changed)
