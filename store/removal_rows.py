"""Takes sources out of the tables with all that was read from them and what rests on it; the one deletion there is."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Table, and_, delete, select, update

from domain.errors import Defect, NotFound
from domain.ports import Removal, Removed
from domain.record import Record
from store import case_rows, upload_rows
from store.label_rows import forget_paths
from store.quoting import Going
from store.record_diff import changes
from store.record_rows import carry_out, held_now
from store.schema import document, passage, reading, record_version, source, statement
from store.unit import Unit


def remove_sources(unit: Unit, removal: Removal, records: Sequence[Record]) -> Removed:
    """Raises NotFound, Moved and Defect, as the port says."""
    unit.unmoved(removal.entry)
    sources = _sources(unit, removal)
    readings = _readings(unit, removal)
    going = Going(_ids_of(unit, document, readings), removal.paths)
    if any(going.carries(record) for record in records):
        raise Defect("a record that is to stay rests on a source that is removed")
    for source_id in sources:
        unit.note("source.removed", source_id, removal.reason)
    unit.announce("drop", "passage", sorted(_ids_of(unit, passage, readings)))
    # Also where nothing was read from it: whoever follows the outbox learns that the workspace changed.
    unit.announce("drop", "source", sources)
    held = held_now(unit)
    touched = _redact(unit, going)
    plan = going.cleared(changes(held, records, removed=touched))
    carry_out(unit, plan)
    case_rows.forget(unit, removal.paths, touched)
    _delete(unit, removal, readings)
    upload_rows.forget(unit, removal.paths)
    unit.removed = True
    gone = tuple(version.id for version in plan.versions if version.gone)
    return Removed(unit.revision, len(sources), len(going.documents), gone)


def _sources(unit: Unit, removal: Removal) -> list[str]:
    query = select(source.c.id, source.c.path).where(source.c.workspace == unit.workspace, source.c.path.in_(removal.paths))
    found = unit.connection.execute(query.order_by(source.c.path, source.c.id)).all()
    missing = sorted(removal.paths - {row.path for row in found})
    if missing:
        raise NotFound(f"there is no source at {missing[0]}")
    return [row.id for row in found]


def _readings(unit: Unit, removal: Removal) -> list[int]:
    query = select(reading.c.number).where(reading.c.workspace == unit.workspace, reading.c.path.in_(removal.paths))
    return list(unit.connection.execute(query.order_by(reading.c.number)).scalars())


def _ids_of(unit: Unit, table: Table, readings: Sequence[int]) -> set[str]:
    query = select(table.c.id).where(table.c.workspace == unit.workspace, table.c.reading.in_(readings))
    return set(unit.connection.execute(query).scalars())


def _redact(unit: Unit, going: Going) -> set[str]:
    """Takes out of old versions what is removed; ids of the records that had any of it as evidence."""
    mine = and_(record_version.c.workspace == unit.workspace, record_version.c.body.is_not(None))
    rows = unit.connection.execute(select(record_version.c.id, record_version.c.revision, record_version.c.body).where(mine)).all()
    touched = set()
    for row in rows:
        body = going.redacted(row.body)
        if body == row.body:
            continue
        this = and_(mine, record_version.c.id == row.id, record_version.c.revision == row.revision)
        values: dict[str, object] = {"body": body}
        if body is None:
            touched.add(row.id)
            values |= {"vector": None, "pinned": "", "orphaned": False, "removed": True}
        unit.connection.execute(update(record_version).where(this).values(values))
        unit.note("record.redacted", row.id, f"revision {row.revision}")
    return touched


def _delete(unit: Unit, removal: Removal, readings: Sequence[int]) -> None:
    for table in (statement, passage, document):
        unit.connection.execute(delete(table).where(table.c.workspace == unit.workspace, table.c.reading.in_(readings)))
    forget_paths(unit, removal.paths)
    for table in (reading, source):
        unit.connection.execute(delete(table).where(table.c.workspace == unit.workspace, table.c.path.in_(removal.paths)))
