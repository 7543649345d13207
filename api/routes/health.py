"""Is the process alive, can it answer, how much has it answered; open to everybody, since they say nothing about anybody's documents."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from api.errors import problem
from api.examples import PROBLEM, example
from api.json_response import json_response
from api.schemas import Alive, Ready

router = APIRouter(tags=["operation"])


@router.get("/healthz", summary="The process is alive", response_model=Alive, responses=example({"status": "alive"}))
async def healthz() -> Response:
    return json_response({"status": "alive"})


@router.get("/readyz", summary="It can answer", response_model=Ready, responses={**example({"status": "ready"}), 503: PROBLEM[503]})
def readyz(request: Request) -> Response:
    """503 until the models are loaded and the index has caught up with the ledger, and whenever the ledger does not answer."""
    if waiting := request.app.state.readiness.waiting_for():
        return problem(request, 503, waiting)
    request.app.state.groundrule.ledger.ping()
    return json_response({"status": "ready"})


@router.get(
    "/metrics",
    summary="Counters for Prometheus",
    response_class=PlainTextResponse,
    responses={
        200: {"content": {"text/plain": {"example": 'groundrule_requests_total{method="POST",route="/v1/context",status="200"} 7.0'}}}
    },
)
def metrics(request: Request) -> Response:
    return Response(request.app.state.meter.page(), media_type="text/plain; version=0.0.4; charset=utf-8")
