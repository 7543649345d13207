"""Webhooks: who is told when something changes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from api.auth import Administrator
from api.examples import example, problems
from api.json_response import json_response
from api.replays import Key, fingerprint
from api.webhook_bodies import (
    NEW_WEBHOOK_EXAMPLE,
    WEBHOOK_EXAMPLE,
    NewWebhookBody,
    RemovedWebhook,
    WebhookBody,
    WebhookListing,
    WebhookRequest,
)
from domain.webhook_port import Webhook

if TYPE_CHECKING:
    from domain.webhook_port import Progress

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])

WebhookId = Annotated[str, Path(max_length=100, examples=["hook_5d41402abc4b2a76"])]


@router.post(
    "",
    summary="Ask to be told",
    response_model=NewWebhookBody,
    responses={**example(NEW_WEBHOOK_EXAMPLE), **problems(401, 403, 404, 409, 413, 422, 503)},
)
def create(visit: Administrator, body: WebhookRequest, request: Request, idempotency_key: Key = None) -> Response:
    """Of what happens from now on; the answer has the secret, which is not shown again. Needs the scope admin."""
    from service.webhooks import create_webhook, get_webhook

    if idempotency_key is None:
        return json_response(_with_secret(create_webhook(visit.app, visit.caller, body.url, body.events)))
    key = (visit.caller.workspace, visit.caller.name, "webhook", idempotency_key)
    sent = fingerprint(body.url, sorted(body.events))
    with request.app.state.replays.once(key, sent, lambda made: made.id if isinstance(made, Webhook) else None) as replay:
        if replay.outcome is None:
            create_webhook(visit.app, visit.caller, body.url, body.events)
        return json_response(_with_secret(get_webhook(visit.app, visit.caller, replay.outcome)))


@router.get(
    "",
    summary="All webhooks and how they do",
    response_model=WebhookListing,
    responses={**example({"items": [WEBHOOK_EXAMPLE]}), **problems(401, 403, 503)},
)
def webhooks(visit: Administrator) -> Response:
    """Oldest first, without their secrets. Needs the scope admin."""
    from service.webhooks import list_webhooks

    return json_response({"items": [_shown(hook) for hook in list_webhooks(visit.app, visit.caller)]})


@router.get(
    "/{webhook_id}",
    summary="One webhook and how it does",
    response_model=WebhookBody,
    responses={**example(WEBHOOK_EXAMPLE), **problems(401, 403, 404, 503)},
)
def webhook(visit: Administrator, webhook_id: WebhookId) -> Response:
    """``given_up``: nothing is sent any more; read what was missed from ``/v1/changes``, remove it and make another."""
    from service.webhooks import get_webhook

    return json_response(_shown(get_webhook(visit.app, visit.caller, webhook_id)))


@router.delete(
    "/{webhook_id}",
    summary="Ask to be told no more",
    response_model=RemovedWebhook,
    responses={**example({"id": "hook_5d41402abc4b2a76"}), **problems(401, 403, 404, 503)},
)
def remove(visit: Administrator, webhook_id: WebhookId) -> Response:
    """A delivery under way may still arrive. Needs the scope admin."""
    from service.webhooks import remove_webhook

    remove_webhook(visit.app, visit.caller, webhook_id)
    return json_response({"id": webhook_id})


def _with_secret(hook: Webhook) -> dict[str, object]:
    return {**_shown(hook), "secret": hook.secret}


def _shown(hook: Webhook) -> dict[str, object]:
    progress = hook.progress
    return {
        "id": hook.id,
        "url": hook.url,
        "events": list(hook.events),
        "created_by": hook.created_by,
        "created_at": hook.created_at,
        "state": progress.state,
        "position": progress.position,
        "attempts": progress.attempts,
        "trouble": progress.trouble,
        "next_attempt_at": _next_attempt(progress),
        "delivered_at": progress.delivered_at,
    }


def _next_attempt(progress: Progress) -> str | None:
    """Where the last one failed."""
    if not progress.attempts or progress.state != "active":
        return None
    return datetime.fromtimestamp(progress.next_at, UTC).isoformat(timespec="seconds")
