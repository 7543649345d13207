"""Webhooks: who wants to be told of what; made, listed and removed by an admin."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence

from domain.access import Caller, Scope
from domain.errors import InvalidQuestion
from domain.webhook_port import EVENTS, Progress, Webhook
from service.courier import Outside, checked_url, outside_of
from service.wiring import App, now

#: As Standard Webhooks has it: a secret is 24 to 64 bytes in base64 after this.
PREFIX = "whsec_"
#: In a workspace; each costs a look at the ledger whenever something changed.
MAX_WEBHOOKS = 20


def create_webhook(app: App, caller: Caller, url: str, events: Sequence[str]) -> Webhook:
    """It is told of what happens from now on. Raises InvalidQuestion, and LimitExceeded where there are enough."""
    caller.need(Scope.ADMIN)
    checked_url(url, outside(app))
    unknown = sorted(set(events) - set(EVENTS))
    if unknown or not events:
        raise InvalidQuestion(f"events: name at least one, of these: {', '.join(EVENTS)}")
    secret = PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
    chosen = tuple(event for event in EVENTS if event in events)
    hook = Webhook(caller.workspace, f"hook_{secrets.token_hex(8)}", url, chosen, secret, caller.name, now(), Progress(0))
    return app.ledger.webhooks.add(hook, MAX_WEBHOOKS)


def get_webhook(app: App, caller: Caller, hook_id: str) -> Webhook:
    """Raises NotFound."""
    caller.need(Scope.ADMIN)
    return app.ledger.webhooks.one(caller.workspace, hook_id)


def list_webhooks(app: App, caller: Caller) -> list[Webhook]:
    """Oldest first."""
    caller.need(Scope.ADMIN)
    return app.ledger.webhooks.all(caller.workspace)


def remove_webhook(app: App, caller: Caller, hook_id: str) -> None:
    """Raises NotFound."""
    caller.need(Scope.ADMIN)
    app.ledger.webhooks.remove(caller.workspace, hook_id, actor=caller.name, at=now())


def outside(app: App) -> Outside:
    """Where the settings let deliveries go."""
    return outside_of(app.settings.webhook_http, app.settings.webhook_networks)
