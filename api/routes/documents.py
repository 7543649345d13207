"""Documents: what they are, and their canonical text."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from api.auth import Reader
from api.examples import DOCUMENT_EXAMPLE, example, problems
from api.json_response import json_response
from api.schemas import DocumentBody
from domain.document import Document, Message

router = APIRouter(prefix="/v1/documents", tags=["documents"])

DocumentId = Annotated[str, Path(max_length=100, examples=["doc_7d793037a0760186574b"])]


@router.get(
    "/{document_id}",
    summary="One document",
    response_model=DocumentBody,
    responses={**example(DOCUMENT_EXAMPLE), **problems(401, 403, 404, 503)},
)
def document(visit: Reader, document_id: DocumentId) -> Response:
    from service.documents import get_document

    return json_response(_shown(get_document(visit.app, visit.caller, document_id)))


@router.get(
    "/{document_id}/text",
    summary="A document's canonical text",
    response_class=Response,
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


def _shown(document: Document) -> dict[str, object]:
    return {
        "id": document.id,
        "source": document.source_id,
        "path": document.path,
        "ordinal": document.ordinal,
        "kind": document.kind.value,
        "formal": document.kind.formal,
        "title": document.title,
        "issued": document.issued,
        "effective": document.effective,
        "parties": list(document.parties),
        "characters": len(document.text),
        "message": _envelope(document.message) if document.message else None,
        "notes": list(document.notes),
    }


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
    }
