"""The twin of store/webhook_rows.py in memory: the same answers, gone with the process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import RLock
from typing import Any, Protocol

from domain.errors import NotFound
from domain.webhook_port import ACTIVE, Happening, Progress, Webhook
from store.memory_changes import recorded_changes
from store.memory_room import Room
from store.webhook_rows import PLAIN_EVENTS, in_order, too_many


class Write(Protocol):
    """How the ledger in memory writes."""

    def __call__(self, name: str, workspace: str, work: Callable[[Room], Any]) -> Any: ...


@dataclass(slots=True)
class _Row:
    hook: Webhook
    holder: str = ""
    leased_until: float = 0.0

    def due(self, now: float) -> bool:
        return self.hook.progress.state == ACTIVE and self.hook.progress.next_at <= now and self.leased_until <= now


class MemoryWebhooks:
    """domain.webhook_port.WebhookPort; the ledger's lock for everything."""

    def __init__(self, lock: RLock, room: Callable[[str], Room], write: Write) -> None:
        self._lock, self._room, self._write = lock, room, write
        self._rows: dict[tuple[str, str], _Row] = {}

    def add(self, hook: Webhook, limit: int) -> Webhook:
        with self._lock:
            if len(self.all(hook.workspace)) >= limit:
                raise too_many(limit)
            who = (hook.created_by, hook.created_at)

            def noted(room: Room) -> Webhook:
                room.note(who, "webhook.added", hook.id)
                return replace(hook, progress=Progress(len(room.audit)))

            added: Webhook = self._write("add_webhook", hook.workspace, noted)
            self._rows[(hook.workspace, hook.id)] = _Row(added)
            return added

    def remove(self, workspace: str, hook_id: str, *, actor: str, at: str) -> None:
        with self._lock:
            self.one(workspace, hook_id)
            self._write("remove_webhook", workspace, lambda room: room.note((actor, at), "webhook.removed", hook_id))
            del self._rows[(workspace, hook_id)]

    def all(self, workspace: str) -> list[Webhook]:
        return [hook for hook in self._hooks() if hook.workspace == workspace]

    def one(self, workspace: str, hook_id: str) -> Webhook:
        row = self._rows.get((workspace, hook_id))
        if row is None:
            raise NotFound(f"there is no webhook {hook_id}")
        return row.hook

    def due(self, now: float) -> list[Webhook]:
        with self._lock:
            return [hook for hook in self._hooks() if self._rows[(hook.workspace, hook.id)].due(now)]

    def lease(self, hook: Webhook, holder: str, *, now: float, until: float) -> bool:
        with self._lock:
            row = self._rows.get((hook.workspace, hook.id))
            if row is None or not row.due(now) or row.hook.progress != hook.progress:
                return False
            row.holder, row.leased_until = holder, until
            return True

    def keep(self, hook: Webhook, holder: str, progress: Progress, *, release: bool) -> bool:
        with self._lock:
            row = self._rows.get((hook.workspace, hook.id))
            if row is None or row.holder != holder:
                return False
            row.hook = replace(row.hook, progress=progress)
            if release:
                row.holder, row.leased_until = "", 0.0
            return True

    def happenings(self, workspace: str, *, after: int, limit: int) -> list[Happening]:
        room = self._room(workspace)
        changes = [it for it in recorded_changes(room) if it.position > after]
        noted = enumerate(room.audit, start=1)
        others = [Happening(at, it.revision, it.action, it.target, it.at) for at, it in noted if at > after and it.action in PLAIN_EVENTS]
        return in_order(changes, others, limit)

    def _hooks(self) -> list[Webhook]:
        return sorted((row.hook for row in list(self._rows.values())), key=lambda it: (it.created_at, it.workspace, it.id))
