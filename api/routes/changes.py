"""What changed on the records since a revision, as pages or as a stream of events."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.security import HTTPAuthorizationCredentials
from fastapi.security.utils import get_authorization_scheme_param
from starlette.responses import Response, StreamingResponse

from api import event_stream
from api.auth import Reader, Visit, caller_of
from api.errors import problem
from api.event_stream import Pace, events
from api.examples import problems
from api.json_response import json_response
from api.review_bodies import CHANGE_EXAMPLE, ChangePage, ChangeQuery
from domain.access import Scope

router = APIRouter(prefix="/v1/changes", tags=["changes"])

STREAM = "text/event-stream"
PACE = Pace()
_EVENT = f"id: {CHANGE_EXAMPLE['position']}\nevent: change\ndata: {json.dumps(CHANGE_EXAMPLE)}\n\n"
_SHOWN = {
    200: {
        "content": {
            "application/json": {"example": {"revision": 812, "items": [CHANGE_EXAMPLE], "next": None}},
            STREAM: {"schema": {"type": "string"}, "example": _EVENT},
        }
    }
}


@router.get(
    "",
    summary="What changed since a revision, as pages or events",
    response_model=ChangePage,
    responses={**_SHOWN, **problems(401, 403, 422, 503)},  # type: ignore[dict-item] # as FastAPI has it
)
def changes(
    visit: Reader,
    request: Request,
    wanted: Annotated[ChangeQuery, Query()],
    accept: Annotated[str, Header(max_length=1_000, include_in_schema=False)] = "",  # the reference shows both kinds of answer instead
    last_event_id: Annotated[str, Header(pattern=r"^\d{0,15}$", description="`id` of the last event that was seen")] = "",
) -> Response:
    """Oldest first. With ``Accept: text/event-stream`` the same as events that go on as changes come; ``limit`` is for pages only.

    Claims are left out, and a record that becomes one is dropped.
    """
    if STREAM in accept:
        return _stream(request, wanted, int(last_event_id or wanted.cursor))
    return json_response(changes_body(visit, wanted))


def changes_body(visit: Visit, wanted: ChangeQuery) -> dict[str, object]:
    """A page's JSON, for every door of this package."""
    from service.changes import change_json, list_changes

    page = list_changes(visit.app, visit.caller, after=wanted.after, cursor=wanted.cursor, limit=wanted.limit)
    return {"revision": page.revision, "items": [change_json(it) for it in page.items], "next": page.next_cursor}


def _stream(request: Request, wanted: ChangeQuery, position: int) -> Response:
    state = request.app.state
    scheme, secret = get_authorization_scheme_param(request.headers.get("authorization"))
    given = HTTPAuthorizationCredentials(scheme=scheme, credentials=secret) if secret else None

    def fetch(after: int) -> list[tuple[int, Mapping[str, object]]]:
        """Asks for the key each time: one that was revoked hears no more."""
        from service.changes import change_json, list_changes

        caller = caller_of(request, given)
        caller.need(Scope.READ)
        page = list_changes(state.groundrule, caller, after=wanted.after, cursor=after, limit=100)
        return [(it.position, change_json(it)) for it in page.items]

    if state.streams >= event_stream.MAX_STREAMS:
        return problem(request, 503, f"{event_stream.MAX_STREAMS} streams are open; ask for pages, or try again later.")

    async def counted() -> AsyncIterator[str]:
        state.streams += 1
        try:
            async for event in events(fetch, position, PACE):
                yield event
        finally:
            state.streams -= 1

    return StreamingResponse(counted(), media_type=STREAM)
