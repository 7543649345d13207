"""Records: pages of them, one of them, its versions and its quotes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from api.auth import Reader, Visit
from api.examples import EVIDENCE_EXAMPLE, RECORD_EXAMPLE, example, problems
from api.json_response import json_response
from api.schemas import EvidencePage, HistoryPage, IsoDay, RecordBody, RecordListing, RecordQuery, today

if TYPE_CHECKING:
    from service.records import RecordFilter, RecordPage

router = APIRouter(prefix="/v1/records", tags=["records"])

RecordId = Annotated[str, Path(max_length=100, examples=["rec_5d41402abc4b2a76b971"])]
AsOf = Annotated[IsoDay | None, Query(description="the day whose validity is shown; today where it is missing")]


@router.get(
    "",
    summary="Records, page by page",
    response_model=RecordListing,
    responses={
        **example({"revision": 812, "as_of": "2026-03-01", "items": [RECORD_EXAMPLE], "next": None}),
        **problems(401, 403, 422, 503),
    },
)
def records(visit: Reader, wanted: Annotated[RecordQuery, Query()]) -> Response:
    """By id. Follow ``next`` until it is null; with ``as_of`` only what holds on that day is listed.

    ``revision`` asks for what was believed then: with both, what was believed at that revision to hold on that day.
    """
    from service.records import list_records

    return json_response(listing(visit, list_records(visit.app, visit.caller, filter_of(wanted)), wanted.as_of))


def filter_of(wanted: RecordQuery) -> RecordFilter:
    from service.records import RecordFilter

    statuses = frozenset(wanted.status) if wanted.status is not None else None
    return RecordFilter(
        wanted.kind, statuses, wanted.documentation, wanted.scope, wanted.as_of, wanted.revision, wanted.cursor, wanted.limit
    )


def listing(visit: Visit, page: RecordPage, as_of: str | None) -> dict[str, object]:
    """A page's JSON, for every door of this package."""
    from service.present import record_json

    day = as_of or today()
    items = [record_json(visit.app, visit.caller, stored, as_of=day) for stored in page.items]
    return {"revision": page.revision, "as_of": day, "items": items, "next": page.next_cursor}


@router.get(
    "/{record_id}",
    summary="One record",
    response_model=RecordBody,
    responses={**example(RECORD_EXAMPLE), **problems(401, 403, 404, 422, 503)},
)
def record(visit: Reader, record_id: RecordId, as_of: AsOf = None) -> Response:
    """``ETag`` is the record's revision."""
    from service.present import record_json
    from service.records import get_record

    stored = get_record(visit.app, visit.caller, record_id)
    body = record_json(visit.app, visit.caller, stored, as_of=as_of or today())
    return json_response(body, {"ETag": f'"{stored.revision}"'})


@router.get(
    "/{record_id}/history",
    summary="All versions of a record",
    response_model=HistoryPage,
    responses={**example({"id": RECORD_EXAMPLE["id"], "items": [RECORD_EXAMPLE]}), **problems(401, 403, 404, 422, 503)},
)
def history(visit: Reader, record_id: RecordId, as_of: AsOf = None) -> Response:
    """Oldest first."""
    from service.present import record_json
    from service.records import record_history

    day = as_of or today()
    versions = record_history(visit.app, visit.caller, record_id)
    items = [record_json(visit.app, visit.caller, stored, as_of=day) for stored in versions]
    return json_response({"id": record_id, "items": items})


@router.get(
    "/{record_id}/evidence",
    summary="The quotes a record rests on",
    response_model=EvidencePage,
    responses={
        **example({"id": RECORD_EXAMPLE["id"], "revision": 3, "items": [EVIDENCE_EXAMPLE]}),
        **problems(401, 403, 404, 503),
    },
)
def evidence(visit: Reader, record_id: RecordId) -> Response:
    """Each quote equals the document's text from ``start`` to ``end``, in characters."""
    from service.present import evidence_json
    from service.records import get_record

    stored = get_record(visit.app, visit.caller, record_id)
    return json_response({"id": record_id, "revision": stored.revision, "items": evidence_json(stored)})
