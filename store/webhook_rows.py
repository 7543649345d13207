"""Webhooks as rows: added and removed with an audit row, leased and moved on without one, since that changes nothing anybody decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, insert, select, update

from domain.errors import LimitExceeded, NotFound
from domain.ports import VERSION_ACTIONS, RecordChange
from domain.webhook_port import ACTIVE, EVENTS, Happening, Progress, Webhook
from store.change_rows import record_changes
from store.database import Database
from store.schema import audit
from store.schema import webhook as rows
from store.unit import Unit

#: Events whose audit rows say all there is to say; those of records are told as readers hear of them.
PLAIN_EVENTS = tuple(event for event in EVENTS if event not in VERSION_ACTIONS)
#: Above every revision that a database can count to.
ALL = 2**31 - 1


class Write(Protocol):
    """How the ledger writes; ``who``: actor and time."""

    def __call__(self, name: str, workspace: str, who: tuple[str, str], work: Callable[[Unit], Any]) -> Any: ...


class SqlWebhooks:
    """domain.webhook_port.WebhookPort."""

    def __init__(self, database: Database, write: Write) -> None:
        self._database, self._write = database, write

    def add(self, hook: Webhook, limit: int) -> Webhook:
        who = (hook.created_by, hook.created_at)
        added: Webhook = self._write("add_webhook", hook.workspace, who, lambda unit: _add(unit, hook, limit))
        return added

    def remove(self, workspace: str, hook_id: str, *, actor: str, at: str) -> None:
        self._write("remove_webhook", workspace, (actor, at), lambda unit: _remove(unit, hook_id))

    def all(self, workspace: str) -> list[Webhook]:
        return self._read(rows.c.workspace == workspace)

    def one(self, workspace: str, hook_id: str) -> Webhook:
        found = self._read(and_(rows.c.workspace == workspace, rows.c.id == hook_id))
        if not found:
            raise NotFound(f"there is no webhook {hook_id}")
        return found[0]

    def due(self, now: float) -> list[Webhook]:
        return self._read(and_(rows.c.state == ACTIVE, rows.c.next_at <= now, rows.c.leased_until <= now))

    def lease(self, hook: Webhook, holder: str, *, now: float, until: float) -> bool:
        unmoved = and_(rows.c.position == hook.progress.position, rows.c.attempts == hook.progress.attempts)
        free = and_(_slot(hook), rows.c.state == ACTIVE, rows.c.next_at <= now, rows.c.leased_until <= now, unmoved)
        return self._update(free, {"holder": holder, "leased_until": until})

    def keep(self, hook: Webhook, holder: str, progress: Progress, *, release: bool) -> bool:
        freed = {"holder": "", "leased_until": 0.0} if release else {}
        return self._update(and_(_slot(hook), rows.c.holder == holder), {**_columns(progress), **freed})

    def happenings(self, workspace: str, *, after: int, limit: int) -> list[Happening]:
        mine = and_(audit.c.workspace == workspace, audit.c.entry > after, audit.c.action.in_(PLAIN_EVENTS))
        with self._database.reading() as connection:
            changes = record_changes(connection, workspace, after=after, since=0, until=ALL, limit=limit)
            plain = connection.execute(select(audit).where(mine).order_by(audit.c.entry).limit(limit))
            others = [Happening(row.entry, row.revision, row.action, row.target, row.at) for row in plain]
        return in_order(changes, others, limit)

    def _read(self, which: ColumnElement[bool]) -> list[Webhook]:
        with self._database.reading() as connection:
            found = connection.execute(select(rows).where(which).order_by(rows.c.created_at, rows.c.workspace, rows.c.id))
            return [_webhook(row) for row in found]

    def _update(self, which: ColumnElement[bool], values: dict[str, Any]) -> bool:
        def moved(connection: Connection) -> bool:
            return connection.execute(update(rows).where(which).values(**values)).rowcount == 1

        return self._database.writing(moved)


def in_order(changes: Sequence[RecordChange], others: Sequence[Happening], limit: int) -> list[Happening]:
    told = [Happening(it.position, it.revision, it.action, it.record_id, it.at) for it in changes]
    return sorted([*told, *others], key=lambda it: it.position)[:limit]


def too_many(limit: int) -> LimitExceeded:
    return LimitExceeded(f"a workspace may have {limit} webhooks; remove one first")


def _add(unit: Unit, hook: Webhook, limit: int) -> Webhook:
    there = unit.connection.execute(select(func.count()).where(rows.c.workspace == unit.workspace)).scalar() or 0
    if there >= limit:
        raise too_many(limit)
    unit.note("webhook.added", hook.id)
    added = replace(hook, progress=Progress(unit.entry))
    fixed = {"workspace": hook.workspace, "id": hook.id, "url": hook.url, "events": ",".join(hook.events), "secret": hook.secret}
    made = {"created_by": hook.created_by, "created_at": hook.created_at, "holder": "", "leased_until": 0.0}
    unit.connection.execute(insert(rows).values(**fixed, **made, **_columns(added.progress)))
    return added


def _remove(unit: Unit, hook_id: str) -> None:
    mine = and_(rows.c.workspace == unit.workspace, rows.c.id == hook_id)
    if unit.connection.execute(delete(rows).where(mine)).rowcount == 0:
        raise NotFound(f"there is no webhook {hook_id}")
    unit.note("webhook.removed", hook_id)


def _slot(hook: Webhook) -> ColumnElement[bool]:
    return and_(rows.c.workspace == hook.workspace, rows.c.id == hook.id)


def _columns(progress: Progress) -> dict[str, Any]:
    return {
        "position": progress.position,
        "state": progress.state,
        "attempts": progress.attempts,
        "failing_since": progress.failing_since,
        "next_at": progress.next_at,
        "trouble": progress.trouble,
        "delivered_at": progress.delivered_at,
    }


def _webhook(row: Row[Any]) -> Webhook:
    progress = Progress(row.position, row.state, row.attempts, row.failing_since, row.next_at, row.trouble, row.delivered_at)
    events = tuple(row.events.split(","))
    return Webhook(row.workspace, row.id, row.url, events, row.secret, row.created_by, row.created_at, progress)
