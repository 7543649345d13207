"""From one source to its documents, in this process; ``ingest.sandbox`` does the same in a process that may die."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator

from domain.document import BlockKind, Document, DocumentKind, Message
from domain.errors import BadInput, DamagedSource, LimitExceeded
from domain.ids import content_id
from domain.source import Source
from ingest.canonical import Attachment, Parsed
from ingest.dates import dates_of
from ingest.formats import media_type_of, target_of
from ingest.kind import kind_of, parties_of
from ingest.limits import MAX_BYTES, MAX_NESTING, MEGABYTE

Parser = Callable[[bytes, str], Iterable[Parsed]]


def read_source(source: Source, data: bytes) -> tuple[Document, ...]:
    """Documents of a source by ordinal: one for a paper, one for each message and readable attachment of mail.

    Raises:
        UnsupportedFormat: no parser reads these bytes.
        DamagedSource: broken, encrypted or without any text ("needs OCR" for a scan).
        LimitExceeded: larger or deeper than ``ingest.limits`` allows.
    """
    if len(data) > MAX_BYTES:
        raise LimitExceeded(f"{source.path} is larger than {MAX_BYTES // MEGABYTE} MB")
    media_type = media_type_of(data, source.path)
    documents = tuple(
        _document(source, ordinal, parsed) for ordinal, parsed in enumerate(_with_attachments(data, source.path, media_type, 0))
    )
    if not any(_has_words(d) for d in documents):
        raise DamagedSource("no text found: the file holds nothing that can be read")
    return documents


def parser_of(media_type: str) -> Parser:
    """The function that reads a media type, imported at first use; raises UnsupportedFormat."""
    module, _, name = target_of(media_type).partition(":")
    parser: Parser = getattr(importlib.import_module(module), name)
    return parser


def _has_words(document: Document) -> bool:
    return any(b.kind is not BlockKind.HIDDEN for b in document.blocks) or document.message is not None and bool(document.message.subject)


def _with_attachments(data: bytes, path: str, media_type: str, depth: int) -> Iterator[Parsed]:
    if depth > MAX_NESTING:
        raise LimitExceeded(f"messages are nested deeper than {MAX_NESTING}")
    for parsed in parser_of(media_type)(data, path):
        carrier = parsed.message
        inside = [_attached(a, carrier, depth) for a in parsed.attachments] if carrier is not None else []
        refusals = tuple(reason for _, reason in inside if reason)
        yield _noted(parsed, refusals)
        for documents, _ in inside:
            yield from documents


def _attached(attachment: Attachment, carrier: Message, depth: int) -> tuple[list[Parsed], str]:
    """The attachment's documents, or why there are none: a file that cannot be read is no reason to refuse the message around it."""
    try:
        if len(attachment.data) > MAX_BYTES:
            raise LimitExceeded("the attachment is too large")
        media_type = media_type_of(attachment.data, attachment.name)
        documents = list(_with_attachments(attachment.data, attachment.name, media_type, depth + 1))
    except BadInput as error:
        return [], f"attachment {attachment.name} was not read: {error}"
    note = f"attachment {attachment.name} of message {carrier.message_id}"
    distrust = (f"carried by a message that is not trusted: {carrier.distrust}",) if carrier.distrust else ()
    return [_noted(d, (note, *distrust)) for d in documents if d.text.strip()], ""


def _noted(parsed: Parsed, notes: tuple[str, ...]) -> Parsed:
    return Parsed(parsed.text, parsed.blocks, parsed.title, parsed.issued, parsed.effective, parsed.message, parsed.notes + notes)


def _document(source: Source, ordinal: int, parsed: Parsed) -> Document:
    title = parsed.title or source.path.rsplit("/", 1)[-1]
    hint = source.kind_hint if ordinal == 0 or parsed.message is None else "auto"
    kind = kind_of(hint=hint, path=source.path, title=title, text=parsed.text, blocks=parsed.blocks, message=parsed.message)
    own = "\n".join(b.span.of(parsed.text) for b in parsed.blocks if b.kind not in (BlockKind.HIDDEN, BlockKind.FURNITURE))
    issued, effective = dates_of(own) if parsed.message is None else (None, None)
    return Document(
        id=content_id("doc", source.id, ordinal),
        source_id=source.id,
        path=source.path,
        ordinal=ordinal,
        kind=kind,
        title=title,
        text=parsed.text,
        blocks=parsed.blocks,
        issued=parsed.issued or issued or ((parsed.message.sent_at or "")[:10] or None if parsed.message else None),
        effective=parsed.effective or effective,
        parties=parties_of(own) if kind in (DocumentKind.CONTRACT, DocumentKind.AMENDMENT) else (),
        message=parsed.message,
        notes=parsed.notes,
    )
