"""What people should look at next, and what they decide."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Header, Path, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.auth import Reader, Reviewer, Visit
from api.examples import RECORD_EXAMPLE, example, problems
from api.json_response import json_response
from api.replays import Key, fingerprint
from api.review_bodies import QUEUE_EXAMPLE, SIMILAR_EXAMPLE, DecisionRequest, QueuePage, QueueQuery, SimilarPage
from api.schemas import RecordBody, today
from domain.errors import NotFound, Stale

if TYPE_CHECKING:
    from domain.record import StoredRecord
    from service.decisions import Decision

router = APIRouter(prefix="/v1", tags=["review"])

RecordId = Annotated[str, Path(max_length=100, examples=["rec_5d41402abc4b2a76b971"])]
IfMatch = Annotated[str | None, Header(max_length=1_000, description="`ETag` of the record as it was looked at", examples=['"3"'])]


@router.get(
    "/review/queue",
    summary="What a person should look at next, page by page",
    response_model=QueuePage,
    responses={**example(QUEUE_EXAMPLE), **problems(401, 403, 422, 503)},
)
def queue(visit: Reader, wanted: Annotated[QueueQuery, Query()]) -> Response:
    """Proposed records, the riskiest and least certain first, each with the reasons in plain words. Claims are not among them."""
    from service.present import record_json
    from service.review import QueueFilter, review_queue

    chosen = QueueFilter(wanted.kind, wanted.documentation, wanted.reason, wanted.cursor, wanted.limit)
    page = review_queue(visit.app, visit.caller, chosen, today=today())
    items = [
        {
            "score": it.urgency.score,
            "reasons": [{"cause": reason.cause.value, "text": reason.text, "weight": reason.weight} for reason in it.urgency.reasons],
            "record": record_json(visit.app, visit.caller, it.stored, as_of=page.as_of),
        }
        for it in page.items
    ]
    waiting = {"total": page.open.total, "kinds": dict(page.open.kinds), "reasons": dict(page.open.reasons)}
    return json_response({"revision": page.revision, "as_of": page.as_of, "open": waiting, "items": items, "next": page.next_cursor})


@router.post(
    "/records/{record_id}/decision",
    summary="Decide on a record",
    response_model=RecordBody,
    responses={**example(RECORD_EXAMPLE), **problems(401, 403, 404, 409, 412, 422, 428, 503)},
)
def decision(
    visit: Reviewer,
    record_id: RecordId,
    body: DecisionRequest,
    request: Request,
    if_match: IfMatch = None,
    idempotency_key: Key = None,
) -> Response:
    """Approve, edit, reject, or merge into the record that it repeats; answers with the new version and its ETag.

    ``If-Match`` is needed: nobody decides on what they have not seen. Needs the scopes read and review.
    """
    from service.decisions import Decision, Verb

    if if_match is None:
        raise HTTPException(428, "send If-Match with the ETag of the record that you looked at")
    fields = body.fields_.given() if body.fields_ else {}
    wanted = Decision(Verb(body.decision), (body.reason or "").strip(), fields, body.into)
    sent = fingerprint(record_id, wanted.verb, wanted.reason, wanted.into, fields)
    return _once(visit, record_id, (request, idempotency_key, "decision", sent), lambda: _decided(visit, record_id, wanted, if_match))


@router.post(
    "/records/{record_id}/undo",
    summary="Take one's own last decision on a record back",
    response_model=RecordBody,
    responses={**example(RECORD_EXAMPLE), **problems(401, 403, 404, 409, 412, 422, 428, 503)},
)
def undo(visit: Reviewer, record_id: RecordId, request: Request, if_match: IfMatch = None, idempotency_key: Key = None) -> Response:
    """The version before is in force again, as one more version, with what was pinned then; within ten minutes of the decision.

    ``If-Match`` is needed, with the version that the decision made. Needs the scopes read and review.
    """
    if if_match is None:
        raise HTTPException(428, "send If-Match with the ETag that the decision answered")
    asked = request, idempotency_key, "undo", fingerprint(record_id)
    return _once(visit, record_id, asked, lambda: _undone(visit, record_id, if_match))


@router.get(
    "/records/{record_id}/similar",
    summary="Records that are alike enough to be decided together",
    response_model=SimilarPage,
    responses={**example(SIMILAR_EXAMPLE), **problems(401, 403, 404, 422, 503)},
)
def similar(visit: Reader, record_id: RecordId, limit: Annotated[int, Query(ge=1, le=50)] = 5) -> Response:
    """Proposed ones of the same kind, the most alike first. ``alone``: it loosens something, and is to be decided by itself."""
    from service.present import record_json
    from service.similar import similar_records

    day = today()
    items = [
        {
            "score": min(it.score, 1.0),
            "why": list(it.why),
            "alone": it.alone,
            "record": record_json(visit.app, visit.caller, it.stored, as_of=day),
        }
        for it in similar_records(visit.app, visit.caller, record_id, limit=limit)
    ]
    return json_response({"id": record_id, "items": items})


def _once(visit: Visit, record_id: str, asked: tuple[Request, str | None, str, str], work: Callable[[], StoredRecord]) -> Response:
    """``asked``: the request, its Idempotency-Key, the route's name, and the fingerprint of what was sent."""
    request, given, name, sent = asked
    if given is None:
        return _answer(visit, work(), today())
    key = (visit.caller.workspace, visit.caller.name, name, given)
    with request.app.state.replays.once(key, sent, lambda made: _outcome(record_id, made)) as replay:
        if replay.outcome is None:
            work()
        revision, day = replay.outcome
        return _answer(visit, _version(visit, record_id, revision), day)


def _decided(visit: Visit, record_id: str, wanted: Decision, if_match: str) -> StoredRecord:
    from service.decisions import decide

    return _carried_out(visit, record_id, if_match, lambda seen: decide(visit.app, visit.caller, record_id, wanted, seen=seen))


def _undone(visit: Visit, record_id: str, if_match: str) -> StoredRecord:
    from service.undo import undo as take_back

    return _carried_out(visit, record_id, if_match, lambda seen: take_back(visit.app, visit.caller, record_id, seen=seen))


def _carried_out(visit: Visit, record_id: str, if_match: str, work: Callable[[int], StoredRecord]) -> StoredRecord:
    """A weak tag matches nothing, and neither does `*`, which names no version that anybody looked at."""
    from service.records import get_record

    tags = {int(tag) for tag in re.findall(r'(?<!W/)"(\d{1,9})"', if_match)}
    present = get_record(visit.app, visit.caller, record_id).revision
    try:
        return work(present if present in tags else min(tags, default=-1))
    except Stale as error:
        raise HTTPException(412, str(error), {"ETag": f'"{error.revision}"'}) from error


def _outcome(record_id: str, made: object) -> tuple[int, str] | None:
    """The version that the decision made, and the day on which it was shown."""
    from domain.record import StoredRecord

    return (made.revision, today()) if isinstance(made, StoredRecord) and made.record.id == record_id else None


def _version(visit: Visit, record_id: str, revision: int) -> StoredRecord:
    """That of the first answer; raises NotFound where it has been removed since."""
    from service.records import record_history

    for stored in record_history(visit.app, visit.caller, record_id):
        if stored.revision == revision:
            return stored
    raise NotFound(f"revision {revision} of {record_id} has been removed since")


def _answer(visit: Visit, stored: StoredRecord, day: str) -> Response:
    from service.present import record_json

    return json_response(record_json(visit.app, visit.caller, stored, as_of=day), {"ETag": f'"{stored.revision}"'})
