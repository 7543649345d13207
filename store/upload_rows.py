"""Files that wait to be read, as rows."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, insert, select, update

from domain.errors import NotFound
from domain.upload import Upload, UploadState
from store.schema import upload
from store.unit import Unit

_SHOWN = [column for column in upload.c if column.name != "data"]


def store(unit: Unit, given: Upload, data: bytes) -> Upload:
    found = _row(unit.connection, unit.workspace, given.id)
    if found is not None and found.state == UploadState.WAITING:
        return _upload(found)
    number = (unit.connection.execute(select(func.max(upload.c.number))).scalar() or 0) + 1
    unit.connection.execute(delete(upload).where(_is(unit.workspace, given.id)))
    row = {"id": given.id, "path": given.path, "sha256": given.sha256, "size": given.size, "kind_hint": given.kind_hint}
    more = {"state": given.state.value, "actor": given.actor, "at": given.at, "reason": None, "number": number, "data": data}
    unit.connection.execute(insert(upload).values(workspace=unit.workspace, **row, **more))
    unit.note("upload.accepted", given.id)
    return one(unit.connection, unit.workspace, given.id)


def one(connection: Connection, workspace: str, upload_id: str) -> Upload:
    found = _row(connection, workspace, upload_id)
    if found is None:
        raise NotFound(f"there is no upload {upload_id}")
    return _upload(found)


def waiting(connection: Connection, limit: int) -> list[tuple[str, Upload]]:
    query = select(*_SHOWN).where(upload.c.state == UploadState.WAITING.value).order_by(upload.c.number, upload.c.workspace).limit(limit)
    return [(row.workspace, _upload(row)) for row in connection.execute(query)]


def data(connection: Connection, workspace: str, upload_id: str) -> bytes:
    found = connection.execute(select(upload.c.data).where(_is(workspace, upload_id))).scalar()
    if found is None:
        raise NotFound(f"no upload {upload_id} waits")
    return bytes(found)


def end(unit: Unit, upload_id: str, state: UploadState, reason: str | None) -> None:
    mine = and_(_is(unit.workspace, upload_id), upload.c.state == UploadState.WAITING.value)
    done = unit.connection.execute(update(upload).where(mine).values(state=state.value, reason=reason, at=unit.at, data=None))
    if done.rowcount:
        unit.note(f"upload.{state.value}", upload_id)


def forget(unit: Unit, paths: Collection[str]) -> None:
    """What is done goes with the sources at these paths; what waits was handed in anew and is read."""
    mine = and_(upload.c.workspace == unit.workspace, upload.c.path.in_(paths), upload.c.state != UploadState.WAITING.value)
    unit.connection.execute(delete(upload).where(mine))


def _is(workspace: str, upload_id: str) -> Any:
    return and_(upload.c.workspace == workspace, upload.c.id == upload_id)


def _row(connection: Connection, workspace: str, upload_id: str) -> Row[Any] | None:
    return connection.execute(select(*_SHOWN).where(_is(workspace, upload_id))).one_or_none()


def _upload(row: Row[Any]) -> Upload:
    return Upload(
        row.id, row.path, row.sha256, row.size, row.kind_hint, UploadState(row.state), row.actor, row.at, row.reason, row.number
    )  # fmt: skip
