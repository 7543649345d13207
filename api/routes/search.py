"""Passages and records that are about a text."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from api.auth import Reader
from api.examples import SEARCH_EXAMPLE, example, problems
from api.json_response import json_response
from api.schemas import SearchAnswer, SearchRequest

router = APIRouter(tags=["questions"])


@router.post(
    "/v1/search",
    summary="Passages and records about a text",
    response_model=SearchAnswer,
    responses={**example(SEARCH_EXAMPLE), **problems(401, 403, 413, 422, 503)},
)
def search(visit: Reader, wanted: SearchRequest) -> Response:
    """By meaning and by words. With ``as_of`` records that do not hold on that day are left out; their validity is that of the day."""
    from service.present import search_json
    from service.search import search as find

    result = find(visit.app, visit.caller, wanted.text, kind=wanted.kind, limit=wanted.limit, as_of=wanted.as_of)
    return json_response(search_json(visit.app, visit.caller, result, wanted.day()))
