"""Records as rows that are only ever added: versions, revisions and what was in force at one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, insert, select

from domain.errors import NotFound
from domain.record import Record, StoredRecord
from store import codec
from store.record_diff import Version, changes
from store.schema import record_version, revision, workspace
from store.unit import Unit


def store_records(unit: Unit, records: Sequence[Record]) -> int:
    """The revision in force afterwards: a new one where something differs."""
    rows = unit.connection.execute(_in_force(unit.workspace, None))
    heads = {row.id: Version(row.id, row.status, row.body, None if row.vector is None else bytes(row.vector)) for row in rows}
    changed = changes(heads, records)
    if not changed:
        return unit.revision
    unit.revision += 1
    unit.connection.execute(insert(revision).values(workspace=unit.workspace, number=unit.revision, actor=unit.actor, at=unit.at))
    key = {"workspace": unit.workspace, "revision": unit.revision}
    unit.connection.execute(
        insert(record_version),
        [{**key, "id": it.id, "status": it.status, "body": it.body, "vector": it.vector} for it in changed],
    )
    for version in changed:
        op = "drop" if version.gone else "put"
        unit.announce(op, "record", [version.id])
        unit.note(f"record.{op}", version.id)
    return unit.revision


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
    query = _versions(name, record_id).where(record_version.c.body.is_not(None)).order_by(record_version.c.revision)
    found = [_stored(row) for row in connection.execute(query)]
    if not found:
        raise NotFound(f"there is no record {record_id}")
    return found


def _versions(name: str, record_id: str) -> Select[Any]:
    return select(record_version).where(record_version.c.workspace == name, record_version.c.id == record_id)


def _stored(row: Row[Any]) -> StoredRecord:
    return StoredRecord(codec.load_with_vector(Record, row.body, row.vector), row.revision)
