"""Labels of sources as rows."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, and_, delete, insert, select, true

from domain.ids import content_id
from domain.label_port import Labelling, removed_name
from store.schema import reading, source_label
from store.unit import Unit

#: Parameters in one query; SQLite takes 32,766.
_AT_ONCE = 10_000


def labels(connection: Connection, workspace: str) -> dict[str, frozenset[str]]:
    query = select(source_label.c.path, source_label.c.label).where(source_label.c.workspace == workspace)
    found: dict[str, set[str]] = {}
    for row in connection.execute(query.order_by(source_label.c.path)):
        found.setdefault(row.path, set()).add(row.label)
    return {path: frozenset(some) for path, some in found.items()}


def label_sources(unit: Unit, wanted: Labelling) -> list[str]:
    before, current = labels(unit.connection, unit.workspace), _current(unit, wanted.paths)
    changed = changed_labels(before, wanted)
    for path, now in changed.items():
        mine = and_(source_label.c.workspace == unit.workspace, source_label.c.path == path)
        unit.connection.execute(delete(source_label).where(mine))
        if now:
            rows = [{"workspace": unit.workspace, "path": path, "label": label} for label in sorted(now)]
            unit.connection.execute(insert(source_label), rows)
        unit.note("label.set", current.get(path) or content_id("path", path), ", ".join(sorted(now)) or "none")
    if changed:
        unit.announce("put", "label", ["labels"])
    return list(changed)


def forget_paths(unit: Unit, paths: Collection[str]) -> None:
    """The labels of removed paths stay, under a name that does not tell the path."""
    for path, some in labels(unit.connection, unit.workspace).items():
        if path not in paths:
            continue
        for name in (path, removed_name(path)):
            mine = and_(source_label.c.workspace == unit.workspace, source_label.c.path == name)
            unit.connection.execute(delete(source_label).where(mine))
        rows = [{"workspace": unit.workspace, "path": removed_name(path), "label": label} for label in sorted(some)]
        unit.connection.execute(insert(source_label), rows)


def changed_labels(before: dict[str, frozenset[str]], wanted: Labelling) -> dict[str, frozenset[str]]:
    """By path in order: the labels that it has then, where they differ from those before."""
    nothing: frozenset[str] = frozenset()
    after = {path: (before.get(path, nothing) | wanted.add) - wanted.remove for path in sorted(wanted.paths)}
    return {path: now for path, now in after.items() if now != before.get(path, nothing)}


def _current(unit: Unit, paths: Collection[str]) -> dict[str, str]:
    wanted = sorted(paths)
    found: dict[str, str] = {}
    for at in range(0, len(wanted), _AT_ONCE):
        some = reading.c.path.in_(wanted[at : at + _AT_ONCE])
        mine = and_(reading.c.workspace == unit.workspace, reading.c.is_current == true(), some)
        found.update((row.path, row.source_id) for row in unit.connection.execute(select(reading.c.path, reading.c.source_id).where(mine)))
    return found
