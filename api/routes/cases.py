"""Cases: steps that cannot proceed, who catches them, and what a person decided."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.auth import CaseOpener, Reader, Reviewer, Visit
from api.case_bodies import (
    CASE_EXAMPLE,
    RESOLVED_EXAMPLE,
    WITHDRAWN_EXAMPLE,
    CaseBody,
    CasePage,
    CaseQuery,
    CaseRequest,
    ResolutionRequest,
    WithdrawalRequest,
)
from api.examples import example, problems
from api.json_response import json_response
from api.replays import Key, fingerprint
from domain.errors import Stale

if TYPE_CHECKING:
    from domain.case import Case

router = APIRouter(prefix="/v1/cases", tags=["cases"])

CaseId = Annotated[str, Path(max_length=100, examples=["case_2c1743a391305fbf367d"])]
IfMatch = Annotated[str | None, Header(max_length=1_000, description="`ETag` of the case as it was looked at", examples=['"1"'])]
IfNoneMatch = Annotated[str | None, Header(max_length=1_000, description="`ETag` of the last answer: 304 where nothing changed since")]

_OPENED: dict[int | str, dict[str, Any]] = {
    201: {
        "description": "Opened",
        "model": CaseBody,
        "content": {"application/json": {"example": CASE_EXAMPLE}},
        "headers": {
            "Location": {"description": "where it can be polled", "schema": {"type": "string"}},
            "ETag": {"description": "its revision", "schema": {"type": "string"}},
        },
    }
}
_UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "Nothing changed since"}}


@router.post(
    "",
    summary="Open a case for a step that cannot proceed",
    response_model=CaseBody,
    responses={**example(CASE_EXAMPLE), **_OPENED, **problems(401, 403, 409, 413, 422, 503)},
)
def open_case(visit: CaseOpener, body: CaseRequest, request: Request, idempotency_key: Key = None) -> Response:
    """201 with the case; 200 with the one that this key has open with the same content. Needs the scopes read and case."""
    from service.cases import get_case
    from service.cases import open_case as opened

    if idempotency_key is None:
        case, new = opened(visit.app, visit.caller, body.opening())
        return _answer(visit, case, new=new)
    key = (visit.caller.workspace, visit.caller.name, "case", idempotency_key)
    with request.app.state.replays.once(key, fingerprint(body.model_dump_json())) as replay:
        if replay.outcome is not None:
            return _answer(visit, get_case(visit.app, visit.caller, replay.outcome[1]), new=bool(replay.outcome[0]))
        case, new = opened(visit.app, visit.caller, body.opening())
        replay.outcome = int(new), case.id
        return _answer(visit, case, new=new)


@router.get(
    "",
    summary="Cases, page by page, newest first",
    response_model=CasePage,
    responses={**example({"items": [CASE_EXAMPLE], "next": None}), **problems(401, 403, 422, 503)},
)
def cases(visit: Reader, wanted: Annotated[CaseQuery, Query()]) -> Response:
    """By ``state``, ``catcher`` and ``step``. Follow ``next`` until it is null."""
    from domain.case import CaseFilter
    from service.case_view import case_json
    from service.cases import list_cases
    from service.wiring import now

    before = int(wanted.cursor) if wanted.cursor else None
    page = list_cases(visit.app, visit.caller, CaseFilter(now(), wanted.state, wanted.catcher, wanted.step, before, wanted.limit))
    items = [case_json(visit.app, visit.caller, case, moment=page.now) for case in page.items]
    return json_response({"items": items, "next": page.next_cursor})


@router.get(
    "/{case_id}",
    summary="One case, with its revision as ETag",
    response_model=CaseBody,
    responses={**example(CASE_EXAMPLE), **_UNCHANGED, **problems(401, 403, 404, 422, 503)},
)
def case(visit: Reader, case_id: CaseId, if_none_match: IfNoneMatch = None) -> Response:
    """To be polled with ``If-None-Match``: a case that is overdue has another ETag than before."""
    from service.case_view import tag_of
    from service.cases import get_case
    from service.wiring import now

    found = get_case(visit.app, visit.caller, case_id)
    tag = tag_of(found, now())
    if if_none_match is not None and tag in re.findall(r'"[^"]*"', if_none_match):
        return Response(status_code=304, headers={"ETag": tag})
    return _answer(visit, found)


@router.post(
    "/{case_id}/resolution",
    summary="Say what a person decided on a case",
    response_model=CaseBody,
    responses={**example(RESOLVED_EXAMPLE), **problems(401, 403, 404, 409, 412, 413, 422, 428, 503)},
)
def resolution(
    visit: Reviewer, case_id: CaseId, body: ResolutionRequest, request: Request, if_match: IfMatch = None, idempotency_key: Key = None
) -> Response:
    """With a ``statement`` a proposed record comes of it, whose evidence is the case. Needs ``If-Match`` and the scopes read and review."""
    from service.cases import resolve

    decided, tags = body.decided(), _seen(if_match)
    return _ended(
        visit,
        (request, idempotency_key, "resolution", f"{case_id} {body.model_dump_json()}"),
        lambda: resolve(visit.app, visit.caller, case_id, decided, seen=_looked_at(visit, case_id, tags)),
    )


@router.post(
    "/{case_id}/withdrawal",
    summary="Withdraw a case that nobody needs to decide any more",
    response_model=CaseBody,
    responses={**example(WITHDRAWN_EXAMPLE), **problems(401, 403, 404, 409, 412, 413, 422, 428, 503)},
)
def withdrawal(
    visit: Reader, case_id: CaseId, body: WithdrawalRequest, request: Request, if_match: IfMatch = None, idempotency_key: Key = None
) -> Response:
    """By the key that opened it, with the scopes read and case, or by one with read and review. Needs ``If-Match``."""
    from service.cases import withdraw

    tags = _seen(if_match)
    return _ended(
        visit,
        (request, idempotency_key, "withdrawal", f"{case_id} {body.reason}"),
        lambda: withdraw(visit.app, visit.caller, case_id, body.reason, seen=_looked_at(visit, case_id, tags)),
    )


def _ended(visit: Visit, asked: tuple[Request, str | None, str, str], work: Callable[[], Case]) -> Response:
    """``asked``: the request, its Idempotency-Key, the route's name, and all that was sent."""
    from service.cases import get_case

    request, given, name, sent = asked
    try:
        if given is None:
            return _answer(visit, work())
        key = (visit.caller.workspace, visit.caller.name, name, given)
        with request.app.state.replays.once(key, fingerprint(sent)) as replay:
            if replay.outcome is not None:
                return _answer(visit, get_case(visit.app, visit.caller, replay.outcome[1]))
            done = work()
            replay.outcome = done.revision, done.id
            return _answer(visit, done)
    except Stale as error:
        raise HTTPException(412, str(error), {"ETag": f'"{error.revision}"'}) from error


def _seen(if_match: str | None) -> set[int]:
    """The revisions that an If-Match names; a weak tag names none, and neither does `*`."""
    if if_match is None:
        raise HTTPException(428, "send If-Match with the ETag of the case that you looked at")
    return {int(tag) for tag in re.findall(r'(?<!W/)"(\d{1,9})(?:-overdue)?"', if_match)}


def _looked_at(visit: Visit, case_id: str, tags: set[int]) -> int:
    from service.cases import get_case

    present = get_case(visit.app, visit.caller, case_id).revision
    return present if present in tags else min(tags, default=-1)


def _answer(visit: Visit, case: Case, *, new: bool = False) -> Response:
    from service.case_view import case_json, tag_of
    from service.wiring import now

    moment = now()
    headers = {"ETag": tag_of(case, moment), **({"Location": f"/v1/cases/{case.id}"} if new else {})}
    response = json_response(case_json(visit.app, visit.caller, case, moment=moment), headers)
    response.status_code = 201 if new else 200
    return response
