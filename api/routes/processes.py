"""The map of processes, and how much of what governs them formal documents show."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.auth import Reader
from api.examples import problems
from api.json_response import json_response
from api.process_bodies import (
    BPMN_EXAMPLE,
    COVERAGE_EXAMPLE,
    MAP_EXAMPLE,
    MERMAID_EXAMPLE,
    CoverageBody,
    CoverageQuery,
    ProcessMapBody,
    ProcessMapQuery,
)
from api.schemas import today

router = APIRouter(prefix="/v1", tags=["processes"])

MERMAID, BPMN = "text/vnd.mermaid; charset=utf-8", "application/xml; charset=utf-8"
_TEXT = {"schema": {"type": "string"}}
_SHOWN: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "application/json": {"example": MAP_EXAMPLE},
            "text/vnd.mermaid": {**_TEXT, "example": MERMAID_EXAMPLE},
            "application/xml": {**_TEXT, "example": BPMN_EXAMPLE},
        }
    }
}


@router.get(
    "/process-map",
    summary="Steps, owners, handoffs and the exceptions that bend them",
    response_model=ProcessMapBody,
    responses={**_SHOWN, **problems(401, 403, 404, 422, 503)},
)
def process_map(visit: Reader, wanted: Annotated[ProcessMapQuery, Query()]) -> Response:
    """Only what records state is on it; ``unplaced`` lists what could not be placed, and why.

    ``format`` chooses JSON, a Mermaid flowchart or BPMN 2.0.
    """
    from service.process_map import map_json, map_processes

    mapped = map_processes(visit.app, visit.caller, as_of=wanted.as_of or today(), process=wanted.process)
    headers = {"X-Content-Type-Options": "nosniff"}
    if wanted.format == "mermaid":
        from service.mermaid import mermaid

        return Response(mermaid(mapped.map), 200, headers, MERMAID)
    if wanted.format == "bpmn":
        from service.bpmn import bpmn

        return Response(bpmn(mapped.map), 200, headers, BPMN)
    return json_response(map_json(mapped))


@router.get(
    "/coverage",
    summary="The share of what governs the work that formal documents show",
    response_model=CoverageBody,
    responses={200: {"content": {"application/json": {"example": COVERAGE_EXAMPLE}}}, **problems(401, 403, 422, 503)},
)
def coverage(visit: Reader, wanted: Annotated[CoverageQuery, Query()]) -> Response:
    """Of rules, standing exceptions and handoffs in force that are proposed or approved: per process, and in total."""
    from service.process_map import coverage_json, measure_coverage

    return json_response(coverage_json(measure_coverage(visit.app, visit.caller, as_of=wanted.as_of or today())))
