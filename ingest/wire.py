"""Documents to JSON and back, for the pipe between a worker process and its parent: plain data, checked again when it arrives."""

from __future__ import annotations

import json
from typing import Any

from domain.document import Block, BlockKind, Document, DocumentKind, Mark, MarkKind, Message, MessageKind
from domain.errors import Defect
from domain.span import Span

Plain = dict[str, Any]


def to_json(documents: tuple[Document, ...]) -> bytes:
    """UTF-8 JSON; floats keep their value, so that both sides hold equal documents."""
    return json.dumps([_document(d) for d in documents], ensure_ascii=False, separators=(",", ":")).encode()


def from_json(data: bytes) -> tuple[Document, ...]:
    """The documents again; raises Defect where the bytes are not what ``to_json`` writes."""
    try:
        return tuple(_document_of(d) for d in json.loads(data))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise Defect(f"a worker's answer cannot be read: {error}") from error


def _document(document: Document) -> Plain:
    return {
        "id": document.id,
        "source_id": document.source_id,
        "path": document.path,
        "ordinal": document.ordinal,
        "kind": document.kind.value,
        "title": document.title,
        "text": document.text,
        "blocks": [_block(b) for b in document.blocks],
        "issued": document.issued,
        "effective": document.effective,
        "parties": list(document.parties),
        "message": None if document.message is None else _message(document.message),
        "notes": list(document.notes),
        "signed": document.signed,
        "version": document.version,
        "replaces": document.replaces,
        "parent": document.parent,
        "member": document.member,
        "unread_pages": list(document.unread_pages),
        "marks": [_mark(m) for m in document.marks],
    }


def _document_of(plain: Plain) -> Document:
    return Document(
        id=str(plain["id"]),
        source_id=str(plain["source_id"]),
        path=str(plain["path"]),
        ordinal=int(plain["ordinal"]),
        kind=DocumentKind(plain["kind"]),
        title=str(plain["title"]),
        text=str(plain["text"]),
        blocks=tuple(_block_of(b) for b in plain["blocks"]),
        issued=_optional(plain["issued"]),
        effective=_optional(plain["effective"]),
        parties=_texts(plain["parties"]),
        message=None if plain["message"] is None else _message_of(plain["message"]),
        notes=_texts(plain["notes"]),
        signed=_optional(plain["signed"]),
        version=_optional(plain["version"]),
        replaces=_optional(plain["replaces"]),
        parent=_optional(plain["parent"]),
        member=str(plain["member"]),
        unread_pages=tuple(int(page) for page in plain["unread_pages"]),
        marks=tuple(_mark_of(m) for m in plain["marks"]),
    )


def _mark(mark: Mark) -> list[Any]:
    target = None if mark.target is None else [mark.target.start, mark.target.end]
    return [mark.kind.value, mark.span.start, mark.span.end, mark.label, mark.author, mark.at, target]


def _mark_of(plain: list[Any]) -> Mark:
    kind, start, end, label, author, at, target = plain
    place = None if target is None else Span(int(target[0]), int(target[1]))
    return Mark(MarkKind(kind), Span(int(start), int(end)), str(label), str(author), _optional(at), place)


def _block(block: Block) -> list[Any]:
    return [
        block.kind.value,
        block.span.start,
        block.span.end,
        block.level,
        block.number,
        block.page,
        [[*box, line.start, line.end] for box, line in zip(block.boxes, block.line_spans, strict=True)],
        block.column,
        block.row,
    ]


def _block_of(plain: list[Any]) -> Block:
    kind, start, end, level, number, page, lines, column, row = plain
    return Block(
        BlockKind(kind),
        Span(int(start), int(end)),
        level=int(level),
        number=_optional(number),
        page=None if page is None else int(page),
        boxes=tuple((float(a), float(b), float(c), float(d)) for a, b, c, d, _, _ in lines),
        line_spans=tuple(Span(int(s), int(e)) for *_, s, e in lines),
        column=_optional(column),
        row=_optional(row),
    )


def _message(message: Message) -> Plain:
    return {
        "message_id": message.message_id,
        "sender": message.sender,
        "sender_name": message.sender_name,
        "to": list(message.to),
        "cc": list(message.cc),
        "subject": message.subject,
        "sent_at": message.sent_at,
        "in_reply_to": message.in_reply_to,
        "references": list(message.references),
        "distrust": message.distrust,
        "kind": message.kind.value,
    }


def _message_of(plain: Plain) -> Message:
    return Message(
        message_id=str(plain["message_id"]),
        sender=str(plain["sender"]),
        sender_name=str(plain["sender_name"]),
        to=_texts(plain["to"]),
        cc=_texts(plain["cc"]),
        subject=str(plain["subject"]),
        sent_at=_optional(plain["sent_at"]),
        in_reply_to=_optional(plain["in_reply_to"]),
        references=_texts(plain["references"]),
        distrust=str(plain["distrust"]),
        kind=MessageKind(plain["kind"]),
    )


def _optional(value: object) -> str | None:
    return None if value is None else str(value)


def _texts(values: list[Any]) -> tuple[str, ...]:
    return tuple(str(v) for v in values)
