"""The shapes and examples of webhooks."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from api.schemas import Answered, Asked

EventName = Literal[
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
]
_ASKED: dict[str, Any] = {"url": "https://hooks.acme.example/groundrule", "events": ["record.decided", "record.drop"]}


class WebhookRequest(Asked):
    url: str = Field(min_length=1, max_length=2_000, description="https, with a host in the public internet unless the settings say more")
    events: Annotated[list[EventName], Field(min_length=1, max_length=20)]

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _ASKED})


class WebhookBody(Answered):
    id: str
    url: str
    events: list[EventName]
    created_by: str
    created_at: str
    state: Literal["active", "given_up"]
    position: int = Field(description="the position among changes up to which it was told")
    attempts: int = Field(description="failed ones of the next message, in a row")
    trouble: str | None = Field(description="what the last attempt met, where it failed")
    next_attempt_at: str | None
    delivered_at: str | None = Field(description="when the last message arrived")


class NewWebhookBody(WebhookBody):
    secret: str = Field(description="what deliveries are signed with; shown this once")


class WebhookListing(Answered):
    items: list[WebhookBody]


class RemovedWebhook(Answered):
    id: str


WEBHOOK_EXAMPLE: dict[str, object] = {
    "id": "hook_5d41402abc4b2a76",
    **_ASKED,
    "created_by": "operations",
    "created_at": "2026-03-01T08:00:00+00:00",
    "state": "active",
    "position": 4711,
    "attempts": 0,
    "trouble": None,
    "next_attempt_at": None,
    "delivered_at": "2026-03-01T09:12:44+00:00",
}
NEW_WEBHOOK_EXAMPLE: dict[str, object] = {**WEBHOOK_EXAMPLE, "delivered_at": None, "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
