"""Records as rows that are only ever added, but for removals: versions, revisions and what was in force at one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, insert, select

from domain.errors import BadInput, NotFound, Stale
from domain.ports import Tombstone
from domain.record import Record, Status, StoredRecord
from store import pin_rows
from store.pins import STATUS, checked
from store.record_diff import Compared, Held, Plan, Version, changes, edited, pins_of
from store.schema import record_version, revision, workspace
from store.unit import Unit


def store_records(unit: Unit, records: Sequence[Record], entry: int | None, compared: Compared) -> int:
    """The revision in force afterwards: a new one where something differs. Raises Moved where sources changed after an audit entry."""
    unit.unmoved(entry)
    carry_out(unit, changes(held_now(unit), records, compared=compared))
    return unit.revision


def carry_out(unit: Unit, plan: Plan) -> None:
    if plan.versions:
        _store_versions(unit, plan.versions)
    pin_rows.move(unit, plan.carried)
    pin_rows.drop(unit, plan.dropped)


def store_edit(
    unit: Unit, record_id: str, fields: Mapping[str, object], status: Status | None, reason: str, seen: int | None
) -> StoredRecord:
    """Raises NotFound, Stale where the record is not at revision ``seen``, and BadInput."""
    row = unit.connection.execute(_versions(unit.workspace, record_id).order_by(record_version.c.revision.desc()).limit(1)).one_or_none()
    if row is None or row.body is None:
        raise NotFound(f"there is no record {record_id}")
    if seen is not None and row.revision != seen:
        raise Stale(record_id, row.revision)
    head = _version(row)
    fresh = checked(head.record(), fields)
    if status is not None:
        fresh[STATUS] = status.value
    new = edited(head, {**pin_rows.pins(unit, record_id).get(record_id, {}), **fresh}, status)
    if new == head:
        return _stored(row)
    action = "record.decided" if status is not None else "record.edited"
    _store_versions(unit, [new], action=action, reason=reason)
    pin_rows.put(unit, record_id, fresh)
    return StoredRecord(new.record(), unit.revision, new.pinned, new.orphaned)


def store_undone(unit: Unit, record_id: str, reason: str, seen: int) -> StoredRecord:
    """The version before, as a new one, with the pins that it had. Raises NotFound, Stale, and BadInput where there is none before."""
    rows = unit.connection.execute(_versions(unit.workspace, record_id).order_by(record_version.c.revision.desc()).limit(2)).all()
    if not rows or rows[0].body is None:
        raise NotFound(f"there is no record {record_id}")
    if rows[0].revision != seen:
        raise Stale(record_id, rows[0].revision)
    if len(rows) < 2 or rows[1].body is None:
        raise BadInput(f"there is nothing before this version of {record_id}")
    before = _version(rows[1])
    _store_versions(unit, [before], action="record.undone", reason=reason)
    pin_rows.drop_quietly(unit, record_id)
    pin_rows.put(unit, record_id, pins_of(before))
    return StoredRecord(before.record(), unit.revision, before.pinned, before.orphaned)


def held_now(unit: Unit) -> Held:
    rows = unit.connection.execute(_in_force(unit.workspace, None))
    return Held({row.id: _version(row) for row in rows}, pin_rows.pins(unit))


def _store_versions(unit: Unit, changed: Sequence[Version], *, action: str = "", reason: str = "") -> None:
    unit.revision += 1
    unit.connection.execute(insert(revision).values(workspace=unit.workspace, number=unit.revision, actor=unit.actor, at=unit.at))
    key = {"workspace": unit.workspace, "revision": unit.revision}
    unit.connection.execute(
        insert(record_version),
        [
            {
                **key,
                "id": it.id,
                "status": it.status,
                "body": it.body,
                "vector": it.vector,
                "pinned": ",".join(it.pinned),
                "orphaned": it.orphaned,
                "removed": it.removed,
            }
            for it in changed
        ],
    )
    for version in changed:
        op = "drop" if version.gone else "put"
        unit.announce(op, "record", [version.id])
        unit.note(action or f"record.{op}", version.id, reason)


def current_revision(connection: Connection, name: str) -> int:
    return connection.execute(select(workspace.c.revision).where(workspace.c.name == name)).scalar() or 0


def _in_force(name: str, at_revision: int | None) -> Select[Any]:
    """The last version of every id up to a revision, tombstones too, by id."""
    known = record_version.c.workspace == name
    if at_revision is not None:
        known = and_(known, record_version.c.revision <= at_revision)
    last = (
        select(record_version.c.id, func.max(record_version.c.revision).label("revision"))
        .where(known)
        .group_by(record_version.c.id)
        .subquery()
    )
    same = and_(record_version.c.id == last.c.id, record_version.c.revision == last.c.revision)
    joined = last.join(record_version, same)
    return select(record_version).select_from(joined).where(record_version.c.workspace == name).order_by(record_version.c.id)


def records(connection: Connection, name: str, at_revision: int | None) -> list[StoredRecord]:
    query = _in_force(name, at_revision).where(record_version.c.body.is_not(None))
    return [_stored(row) for row in connection.execute(query)]


def record(connection: Connection, name: str, record_id: str) -> StoredRecord:
    query = _versions(name, record_id).order_by(record_version.c.revision.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    if row is None or row.body is None:
        raise NotFound(f"there is no record {record_id}")
    return _stored(row)


def history(connection: Connection, name: str, record_id: str) -> list[StoredRecord]:
    """Empty for a record whose every version went with its source; raises NotFound for one that never was."""
    rows = connection.execute(_versions(name, record_id).order_by(record_version.c.revision)).all()
    if not rows:
        raise NotFound(f"there is no record {record_id}")
    return [_stored(row) for row in rows if row.body is not None]


def tombstones(connection: Connection, name: str, record_id: str) -> list[Tombstone]:
    rows = connection.execute(_versions(name, record_id).order_by(record_version.c.revision)).all()
    if not rows:
        raise NotFound(f"there is no record {record_id}")
    return [Tombstone(row.revision, row.removed) for row in rows if row.body is None]


def _versions(name: str, record_id: str) -> Select[Any]:
    return select(record_version).where(record_version.c.workspace == name, record_version.c.id == record_id)


def _version(row: Row[Any]) -> Version:
    vector = None if row.vector is None else bytes(row.vector)
    return Version(row.id, row.status, row.body, vector, _names(row.pinned), row.orphaned, row.removed)


def _stored(row: Row[Any]) -> StoredRecord:
    return StoredRecord(_version(row).record(), row.revision, _names(row.pinned), row.orphaned)


def _names(pinned: str) -> tuple[str, ...]:
    return tuple(pinned.split(",")) if pinned else ()
