"""Handing in a file, and what became of it."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from fastapi import APIRouter, File, Form, Path, Request, UploadFile
from pydantic import Field
from starlette.responses import Response

from api.auth import Reader, Visit, Writer
from api.examples import problems
from api.json_response import json_text
from api.replays import Key, fingerprint
from api.schemas import Answered
from domain.upload import Upload

router = APIRouter(prefix="/v1", tags=["documents"])

UPLOAD_EXAMPLE: dict[str, object] = {
    "id": "upl_5d41402abc4b2a76b971",
    "path": "policies/ap.pdf",
    "sha256": "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
    "size": 48213,
    "kind": "auto",
    "state": "read",
    "reason": None,
    "at": "2026-03-01T09:12:03+00:00",
    "documents": ["doc_7d793037a0760186574b"],
}
_WAITING = {**UPLOAD_EXAMPLE, "state": "waiting", "documents": []}

UploadId = Annotated[str, Path(max_length=100, examples=["upl_5d41402abc4b2a76b971"])]


class UploadBody(Answered):
    """``state``: waiting, then read or refused with its ``reason``. ``documents``: what was read from it."""

    id: str
    path: str
    sha256: str
    size: int = Field(ge=0)
    kind: Literal["auto", "policy", "contract", "email", "other"]
    state: Literal["waiting", "read", "refused"]
    reason: str | None
    at: str
    documents: list[str]


@router.post(
    "/documents",
    summary="Hand in a file",
    status_code=202,
    response_model=UploadBody,
    responses={202: {"content": {"application/json": {"example": _WAITING}}}, **problems(401, 403, 409, 413, 422, 503)},
)
async def upload(
    visit: Writer,
    request: Request,
    file: Annotated[UploadFile, File(description="any format that `groundrule ingest` reads, at most 50 MB")],
    path: Annotated[str | None, Form(max_length=500, description="what it is called; the file's own name where it is missing")] = None,
    kind: Annotated[Literal["auto", "policy", "contract", "email", "other"], Form()] = "auto",
    idempotency_key: Key = None,
) -> Response:
    """It is kept before this answers, and read in the background: `Location` says where to ask for its state.

    The same file at the same path again changes nothing. Needs the scopes read and write.
    """
    from starlette.concurrency import run_in_threadpool

    sent = path or file.filename or "", await file.read(), kind
    kept = await run_in_threadpool(_accepted, visit, request, sent, idempotency_key)
    intake = request.app.state.intake
    if intake is not None:
        intake.wake()
    return Response(json_text(_shown(kept, ())), 202, {"Location": f"/v1/uploads/{kept.id}"}, "application/json")


def _accepted(visit: Visit, request: Request, sent: tuple[str, bytes, str], key: str | None) -> Upload:
    """A key adds little, since the same file at the same path is one upload anyway; it tells another file by mistake under the same key."""
    from service.uploads import accept, get_upload

    path, data, kind = sent
    if key is None:
        return accept(visit.app, visit.caller, path, data, kind=kind)
    caller = visit.caller
    with request.app.state.replays.once(
        (caller.workspace, caller.name, "documents", key),
        fingerprint(path, hashlib.sha256(data).hexdigest(), kind),
        lambda result: result.id if isinstance(result, Upload) else None,
    ) as replay:
        if replay.outcome is not None:
            return get_upload(visit.app, caller, str(replay.outcome))
        return accept(visit.app, caller, path, data, kind=kind)


@router.get(
    "/uploads/{upload_id}",
    summary="What became of a file that was handed in",
    response_model=UploadBody,
    responses={200: {"content": {"application/json": {"example": UPLOAD_EXAMPLE}}}, **problems(401, 403, 404, 422, 503)},
)
def state(visit: Reader, upload_id: UploadId) -> Response:
    """A file that was accepted comes to exactly one end: read, or refused with the reason. Removing its document forgets this too."""
    from service.uploads import documents_of, get_upload

    kept = get_upload(visit.app, visit.caller, upload_id)
    documents = documents_of(visit.app, visit.caller, kept) if kept.state.value == "read" else ()
    return Response(json_text(_shown(kept, documents)), 200, None, "application/json")


def _shown(upload: Upload, documents: tuple[str, ...]) -> dict[str, object]:
    return {
        "id": upload.id,
        "path": upload.path,
        "sha256": upload.sha256,
        "size": upload.size,
        "kind": upload.kind_hint,
        "state": upload.state.value,
        "reason": upload.reason,
        "at": upload.at,
        "documents": list(documents),
    }
