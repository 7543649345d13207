"""The agent's question: what governs this case."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from api.auth import Reader, Visit
from api.examples import ANSWER_EXAMPLE, example, problems
from api.json_response import json_response
from api.schemas import ContextAnswerBody, ContextRequest

router = APIRouter(tags=["questions"])


@router.post(
    "/v1/context",
    summary="What governs this case",
    response_model=ContextAnswerBody,
    responses={**example(ANSWER_EXAMPLE), **problems(401, 403, 413, 422, 503)},
)
def context(visit: Reader, question: ContextRequest) -> Response:
    """The same question at the same revision gives the same bytes."""
    return json_response(context_body(visit, question))


def context_body(visit: Visit, question: ContextRequest) -> dict[str, object]:
    """The answer's JSON, for every door of this package."""
    from service.ask import context as ask
    from service.present import answer_json
    from service.trim import trimmed

    answer = ask(visit.app, visit.caller, question.question())
    return trimmed(answer_json(visit.app, visit.caller, answer), question.token_budget)
