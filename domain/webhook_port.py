"""Webhooks: who is told of what, how far they have been told, and where that is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

#: What a webhook may ask for: the names that the audit trail has for it.
EVENTS = (
    "record.put",
    "record.drop",
    "record.decided",
    "record.edited",
    "record.undone",
    "source.read",
    "source.refused",
    "source.removed",
    "case.opened",
    "case.resolved",
)

ACTIVE, GIVEN_UP = "active", "given_up"


@dataclass(frozen=True, slots=True)
class Progress:
    """``position``: the audit entry up to which the receiver was told. ``attempts``: failed ones of the next message, in a row.

    ``failing_since``: seconds since 1970 at the first of them, 0 where there is none; ``next_at``: not before then. ``trouble``: what the
    last attempt met, in a word or two; ``delivered_at``: when one last arrived, ISO 8601.
    """

    position: int
    state: str = ACTIVE
    attempts: int = 0
    failing_since: float = 0.0
    next_at: float = 0.0
    trouble: str | None = None
    delivered_at: str | None = None


@dataclass(frozen=True, slots=True)
class Webhook:
    """``secret``: what deliveries are signed with, as the receiver was given it; it is shown once and never logged."""

    workspace: str
    id: str
    url: str = field(repr=False)
    events: tuple[str, ...]
    secret: str = field(repr=False)
    created_by: str
    created_at: str
    progress: Progress


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing to tell of. ``position``: its audit entry. ``subject``: the id of the record, source or case."""

    position: int
    revision: int
    event: str
    subject: str
    at: str


class WebhookPort(Protocol):
    """Where webhooks are kept. Times are seconds since 1970 by the caller's clock."""

    def add(self, hook: Webhook, limit: int) -> Webhook:
        """With an audit row; it is told of what comes after. Raises LimitExceeded where the workspace has ``limit`` of them."""

    def remove(self, workspace: str, hook_id: str, *, actor: str, at: str) -> None:
        """With its secret, and an audit row; raises NotFound."""

    def all(self, workspace: str) -> list[Webhook]:
        """Oldest first."""

    def one(self, workspace: str, hook_id: str) -> Webhook:
        """Raises NotFound."""

    def due(self, now: float) -> list[Webhook]:
        """Of every workspace, those that are active, may be tried by now, and are in no other sender's hands."""

    def lease(self, hook: Webhook, holder: str, *, now: float, until: float) -> bool:
        """Takes it into this sender's hands; False where it is no longer due, or has moved on since it was read."""

    def keep(self, hook: Webhook, holder: str, progress: Progress, *, release: bool) -> bool:
        """Stores how far it has come; False where it was removed, or another sender has it now."""

    def happenings(self, workspace: str, *, after: int, limit: int) -> list[Happening]:
        """What a receiver may hear, with positions above ``after``, in order. Of claims nothing is told."""
