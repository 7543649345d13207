"""What changed on records since a position of the audit trail, as a reader may see it."""

from __future__ import annotations

from sqlalchemy import Connection, and_, case, or_, select

from domain.ports import VERSION_ACTIONS, AuditRow, RecordChange
from domain.record import Status
from store.schema import audit, record_version

_CLAIMED = Status.CLAIMED.value


def record_changes(connection: Connection, name: str, *, after: int, since: int, until: int, limit: int) -> list[RecordChange]:
    """Walks the audit trail by its key; each row costs two look-ups by key."""
    version, older = record_version.alias(), record_version.alias()
    before = (
        select(case((and_(older.c.body.is_(None), older.c.removed.is_(False)), ""), else_=older.c.status))
        .where(older.c.workspace == version.c.workspace, older.c.id == version.c.id, older.c.revision < version.c.revision)
        .order_by(older.c.revision.desc())
        .limit(1)
        .scalar_subquery()
        .label("before")
    )
    same = and_(version.c.workspace == audit.c.workspace, version.c.id == audit.c.target, version.c.revision == audit.c.revision)
    rows = (
        select(audit, version.c.status, version.c.body.is_(None).label("gone"), before)
        .join(version, same)
        .where(audit.c.workspace == name, audit.c.entry > after, audit.c.revision > since, audit.c.revision <= until)
        .where(audit.c.action.in_(sorted(VERSION_ACTIONS)))
        .subquery()
    )
    seen = or_(rows.c.status != _CLAIMED, rows.c.before.not_in(["", _CLAIMED]))
    found = []
    for row in connection.execute(select(rows).where(seen).order_by(rows.c.entry).limit(limit)):
        noted = AuditRow(row.revision, row.actor, row.action, row.target, row.at, row.reason)
        shown = shown_change(noted, row.entry, status=row.status, before=row.before or "", gone=bool(row.gone))
        found += [shown] if shown else []
    return found


def shown_change(row: AuditRow, position: int, *, status: str, before: str, gone: bool) -> RecordChange | None:
    """None for what was a claim before and after. ``before``: the status until then, "" where the record was not there.

    Of a record that becomes a claim a reader hears that it is gone, and not by what action or for what reason.
    """
    if status == _CLAIMED:
        if before in ("", _CLAIMED):
            return None
        return RecordChange(position, row.revision, row.target, "drop", None, row.actor, "record.drop", row.at, "")
    known = None if gone else Status(status)
    return RecordChange(position, row.revision, row.target, "drop" if gone else "put", known, row.actor, row.action, row.at, row.reason)
