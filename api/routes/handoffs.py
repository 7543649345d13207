"""Handoffs: those in force, the data contract of each, the check of a live payload, and what changed in a contract."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from api.auth import Reader
from api.examples import example, problems
from api.handoff_bodies import (
    DIFF_EXAMPLE,
    HANDOFF_EXAMPLE,
    PAYLOAD_EXAMPLE,
    SCHEMA_EXAMPLE,
    ContractDiffBody,
    DiffQuery,
    HandoffPage,
    HandoffQuery,
    HandoffSchemaBody,
    PayloadBody,
    PayloadRequest,
)
from api.json_response import json_response
from api.schemas import IsoDay, today

router = APIRouter(prefix="/v1/handoffs", tags=["handoffs"])

HandoffId = Annotated[str, Path(max_length=100, examples=["rec_c4ca4238a0b923820dcc"])]
AsOf = Annotated[IsoDay | None, Query(description="the day whose contract is shown; today where it is missing")]


@router.get(
    "",
    summary="Handoffs in force, page by page",
    response_model=HandoffPage,
    responses={
        **example({"revision": 812, "as_of": "2026-03-01", "items": [HANDOFF_EXAMPLE], "next": None}),
        **problems(401, 403, 422, 503),
    },
)
def handoffs(visit: Reader, wanted: Annotated[HandoffQuery, Query()]) -> Response:
    """Proposed and approved ones, by id. Follow ``next`` until it is null."""
    from service.handoffs import HandoffFilter, list_handoffs
    from service.present import record_json

    day = wanted.as_of or today()
    chosen = HandoffFilter(day, wanted.sender, wanted.receiver, wanted.text, wanted.cursor, wanted.limit)
    page = list_handoffs(visit.app, visit.caller, chosen)
    items = [record_json(visit.app, visit.caller, stored, as_of=day) for stored in page.items]
    return json_response({"revision": page.revision, "as_of": day, "items": items, "next": page.next_cursor})


@router.get(
    "/{record_id}/schema",
    summary="The data contract of a handoff, as JSON Schema",
    response_model=HandoffSchemaBody,
    responses={**example(SCHEMA_EXAMPLE), **problems(401, 403, 404, 422, 503)},
)
def schema(visit: Reader, record_id: HandoffId, as_of: AsOf = None) -> Response:
    """Draft 2020-12. ``x-groundrule`` holds the quotes that each clause rests on."""
    from service.handoffs import handoff_schema

    return json_response(handoff_schema(visit.app, visit.caller, record_id, as_of=as_of or today()))


@router.post(
    "/{record_id}/validate",
    summary="Check a live payload against a handoff's contract",
    response_model=PayloadBody,
    responses={**example(PAYLOAD_EXAMPLE), **problems(401, 403, 404, 413, 422, 503)},
)
def validate(visit: Reader, record_id: HandoffId, asked: PayloadRequest) -> Response:
    """Changes nothing. Names are matched without regard to case, spaces, underscores and hyphens; a null is a missing value."""
    from service.handoffs import validate_payload

    return json_response(validate_payload(visit.app, visit.caller, record_id, asked.payload, as_of=asked.as_of or today()))


@router.get(
    "/{record_id}/diff",
    summary="What changed between two versions of a handoff's contract",
    response_model=ContractDiffBody,
    responses={**example(DIFF_EXAMPLE), **problems(401, 403, 404, 422, 503)},
)
def diff(visit: Reader, record_id: HandoffId, wanted: Annotated[DiffQuery, Query()]) -> Response:
    """As both were believed at these revisions of the workspace; breaking changes apart from the others."""
    from service.handoffs import contract_changes

    day = wanted.as_of or today()
    body = contract_changes(visit.app, visit.caller, record_id, before=wanted.from_revision, after=wanted.to_revision, as_of=day)
    return json_response(body)
