"""Documents: what they are, their canonical text, and their removal."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import PlainTextResponse, Response

from api.auth import Reader, Remover
from api.examples import DOCUMENT_EXAMPLE, REMOVAL_EXAMPLE, example, problems
from api.json_response import json_response
from api.schemas import DocumentBody, RemovalBody
from domain.document import Document, Mark, Message
from domain.ports import SourceVersion

router = APIRouter(prefix="/v1/documents", tags=["documents"])

DocumentId = Annotated[str, Path(max_length=100, examples=["doc_7d793037a0760186574b"])]


@router.get(
    "/{document_id}",
    summary="One document",
    response_model=DocumentBody,
    responses={**example(DOCUMENT_EXAMPLE), **problems(401, 403, 404, 503)},
)
def document(visit: Reader, document_id: DocumentId) -> Response:
    """With ``versions``: every file that its path has had, oldest first; older ones can be read, and count no longer."""
    from service.documents import get_document, get_versions

    found = get_document(visit.app, visit.caller, document_id)
    return json_response(_shown(found, get_versions(visit.app, visit.caller, found)))


@router.delete(
    "/{document_id}",
    summary="Remove a document's file with everything derived from it",
    response_model=RemovalBody,
    responses={**example(REMOVAL_EXAMPLE), **problems(401, 403, 404, 503)},
)
def remove(visit: Remover, document_id: DocumentId) -> Response:
    """The whole file in all its versions goes: a message of a mailbox takes the mailbox. Needs the scopes read and write."""
    from service.remove import remove_document

    return json_response(asdict(remove_document(visit.app, visit.caller, document_id)))


@router.get(
    "/{document_id}/text",
    summary="A document's canonical text",
    response_class=PlainTextResponse,
    responses={
        200: {
            "content": {"text/plain": {"example": "1.1 Purchase orders\nEvery invoice above EUR 500 must carry a purchase order number."}}
        },
        **problems(401, 403, 404, 503),
    },
)
def text(visit: Reader, document_id: DocumentId) -> Response:
    """UTF-8; offsets of evidence count its characters (code points), not bytes."""
    from service.documents import get_document

    return Response(get_document(visit.app, visit.caller, document_id).text, media_type="text/plain; charset=utf-8")


def _shown(document: Document, versions: list[SourceVersion]) -> dict[str, object]:
    return {
        "id": document.id,
        "source": document.source_id,
        "path": document.path,
        "ordinal": document.ordinal,
        "kind": document.kind.value,
        "formal": document.formal,
        "title": document.title,
        "issued": document.issued,
        "effective": document.effective,
        "signed": document.signed,
        "version": document.version,
        "replaces": document.replaces,
        "parties": list(document.parties),
        "parent": document.parent,
        "member": document.member or None,
        "characters": len(document.text),
        "unread_pages": list(document.unread_pages),
        "message": _envelope(document.message) if document.message else None,
        "notes": list(document.notes),
        "marks": [_mark(mark) for mark in document.marks],
        "current": any(version.current and document.id in version.documents for version in versions),
        "versions": [_version(version) for version in versions],
    }


def _version(version: SourceVersion) -> dict[str, object]:
    source = version.state.source
    known = {"source": source.id, "sha256": source.sha256, "state": version.state.state, "committed_at": version.at}
    return {**known, "current": version.current, "documents": list(version.documents)}


def _mark(mark: Mark) -> dict[str, object]:
    target = [mark.target.start, mark.target.end] if mark.target else None
    span = {"start": mark.span.start, "end": mark.span.end, "target": target}
    return {"kind": mark.kind.value, **span, "label": mark.label, "author": mark.author, "at": mark.at}


def _envelope(message: Message) -> dict[str, object]:
    return {
        "message_id": message.message_id,
        "sender": message.sender,
        "sender_name": message.sender_name,
        "to": list(message.to),
        "cc": list(message.cc),
        "subject": message.subject,
        "sent_at": message.sent_at,
        "in_reply_to": message.in_reply_to,
        "distrust": message.distrust,
        "kind": message.kind.value,
    }
