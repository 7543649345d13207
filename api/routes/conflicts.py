"""Records that cannot both hold."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.auth import Reader
from api.examples import CONFLICT_EXAMPLE, example, problems
from api.json_response import json_response
from api.schemas import ConflictPage, ConflictQuery, today

router = APIRouter(prefix="/v1/conflicts", tags=["records"])


@router.get(
    "",
    summary="Records that cannot both hold, page by page",
    response_model=ConflictPage,
    responses={
        **example({"revision": 812, "as_of": "2026-03-01", "items": [CONFLICT_EXAMPLE], "next": None}),
        **problems(401, 403, 422, 503),
    },
)
def conflicts(visit: Reader, wanted: Annotated[ConflictQuery, Query()]) -> Response:
    """Both sides are kept. ``precedence`` tells which goes first and why; it decides nothing by itself."""
    from service.conflicts import list_conflicts
    from service.present import conflict_json

    day = wanted.as_of or today()
    page = list_conflicts(visit.app, visit.caller, as_of=day, cursor=wanted.cursor, limit=wanted.limit)
    items = [conflict_json(visit.app, visit.caller, conflict, as_of=day) for conflict in page.items]
    return json_response({"revision": page.revision, "as_of": day, "items": items, "next": page.next_cursor})
