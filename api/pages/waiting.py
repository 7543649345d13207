"""The queue: what a person should look at next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.pages.frame import Guest, Reading, onward, page
from api.schemas import today

if TYPE_CHECKING:
    from service.review import QueuePage

router = APIRouter(include_in_schema=False)

PER_PAGE = 25
NAMES = ("kind", "documentation", "reason")
CHOICES = {"kind": ("rule", "exception", "handoff"), "documentation": ("documented", "undocumented")}


class Looked(BaseModel):
    """What stands in the address of a page: the view that somebody looks at, where in it, and what they just decided."""

    kind: str = Field("", max_length=200)
    documentation: str = Field("", max_length=200)
    reason: str = Field("", max_length=200)
    queue: str = Field("", max_length=1)
    cursor: str = Field("", max_length=200)
    done: str = Field("", max_length=100)
    at: str = Field("", max_length=20)
    source: int = Field(0, ge=0, le=500)

    @property
    def view(self) -> dict[str, str]:
        return view_of(self.kind, self.documentation, self.reason)


At = Annotated[Looked, Query()]


def view_of(kind: str, documentation: str, reason: str) -> dict[str, str]:
    """The filters that are set, as they stand in the address; what is no choice of ours is dropped."""
    from domain.urgency import Cause

    known = {**CHOICES, "reason": tuple(cause.value for cause in Cause)}
    given = {"kind": kind, "documentation": documentation, "reason": reason}
    return {name: value for name, value in given.items() if value in known[name]}


def queue_of(here: Guest, view: dict[str, str], cursor: str = "", limit: int = PER_PAGE) -> QueuePage:
    from service.review import QueueFilter, review_queue

    wanted = QueueFilter(view.get("kind"), view.get("documentation"), view.get("reason"), cursor or None, limit)
    return review_queue(here.app, here.caller, wanted, today=today())


@router.get("/review")
def queue(here: Reading, looked: At) -> Response:
    from domain.urgency import Cause

    view = looked.view
    found = queue_of(here, view, looked.cursor)
    items = [(it, any(reason.cause is Cause.LOOSENS for reason in it.urgency.reasons)) for it in found.items]
    onto = urlencode({**view, "cursor": found.next_cursor}) if found.next_cursor else ""
    return page(here, "queue.html", found=found, items=items, view=view, query=urlencode(view), onto=onto, choices=CHOICES)


@router.get("/review/next")
def following(here: Reading, looked: At) -> Response:
    """The first that waits in a view, and what was just decided, so that it can be taken back."""
    view = looked.view
    found = queue_of(here, view, limit=1)
    told = {"done": looked.done, "at": looked.at} if looked.done else {}
    if not found.items:
        return onward(f"/review?{urlencode({**view, **told})}")
    return onward(f"/records/{found.items[0].stored.record.id}?{urlencode({**view, **told, 'queue': '1'})}")
