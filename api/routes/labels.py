"""Who may see which sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.auth import Administrator
from api.examples import example, problems
from api.json_response import json_response
from api.label_bodies import LABEL_PAGE_EXAMPLE, LABELS_EXAMPLE, LabelPage, LabelQuery, LabelRequest, LabelsBody

if TYPE_CHECKING:
    from service.labels import Labelled

router = APIRouter(prefix="/v1/sources/labels", tags=["sources"])


@router.get(
    "",
    summary="Labelled sources, page by page",
    response_model=LabelPage,
    responses={**example(LABEL_PAGE_EXAMPLE), **problems(401, 403, 422, 503)},
)
def labels(visit: Administrator, wanted: Annotated[LabelQuery, Query()]) -> Response:
    """By path, of those that the key may read. Needs the scopes read and admin."""
    from service.labels import list_labels

    page = list_labels(visit.app, visit.caller, cursor=wanted.cursor, limit=wanted.limit)
    return json_response({"items": [_shown(it) for it in page.items], "next": page.next_cursor})


@router.put(
    "",
    summary="Label sources, or take labels away",
    response_model=LabelsBody,
    responses={**example(LABELS_EXAMPLE), **problems(401, 403, 404, 413, 422, 503)},
)
def set_labels(visit: Administrator, wanted: LabelRequest) -> Response:
    """What is derived from them follows at once. Needs the scopes read and admin, and a key that may itself read the labels."""
    from service.labels import relabel

    found = relabel(visit.app, visit.caller, wanted.paths, add=frozenset(wanted.add), remove=frozenset(wanted.remove))
    return json_response({"items": [_shown(it) for it in found]})


def _shown(labelled: Labelled) -> dict[str, object]:
    return {"path": labelled.path, "labels": list(labelled.labels)}
