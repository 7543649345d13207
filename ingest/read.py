"""From one source to its documents, in this process; ``ingest.sandbox`` does the same in a process that may die."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from domain.document import BlockKind, Document, DocumentKind, Message, MessageKind
from domain.errors import BadInput, DamagedSource, LimitExceeded
from domain.ids import content_id
from domain.source import Source
from ingest.canonical import Attachment, Parsed, one_line
from ingest.facts import NO_FACTS, facts_of, merged
from ingest.formats import media_type_of, target_of
from ingest.kind import kind_of
from ingest.limits import MAX_BYTES, MAX_EXPANDED, MAX_MEMBERS, MAX_NESTING, MEGABYTE

Parser = Callable[[bytes, str], Iterable[Parsed]]


@dataclass(frozen=True, slots=True)
class _Found:
    """One document to be. ``parent``: the position of what carried it; ``member``: its name in there."""

    parsed: Parsed
    parent: int | None
    member: str


@dataclass(slots=True)
class _Shelf:
    """What was found so far, and how much room the parts inside parts have taken."""

    found: list[_Found] = field(default_factory=list)
    parts: int = 0
    size: int = 0

    def take(self, attachment: Attachment) -> None:
        """Counts a part; raises LimitExceeded where the parts of one source are too many or too large together."""
        self.parts += 1
        self.size += len(attachment.data)
        if self.parts > MAX_MEMBERS:
            raise LimitExceeded(f"more than {MAX_MEMBERS:,} files inside one file")
        if self.size > MAX_EXPANDED:
            raise LimitExceeded(f"the files inside are larger than {MAX_EXPANDED // MEGABYTE} MB together")


def read_source(source: Source, data: bytes) -> tuple[Document, ...]:
    """Documents of a source by ordinal: one for a paper, one for each message, for each readable attachment and member of an archive, and
    for each message known only from a copy inside another.

    Raises:
        UnsupportedFormat: no parser reads these bytes.
        DamagedSource: broken, encrypted or without any text ("needs OCR" for a scan).
        LimitExceeded: larger or deeper than ``ingest.limits`` allows.
    """
    if len(data) > MAX_BYTES:
        raise LimitExceeded(f"{source.path} is larger than {MAX_BYTES // MEGABYTE} MB")
    shelf = _Shelf()
    _read(shelf, Attachment(source.path, data), media_type_of(data, source.path), (None, "", 0))
    if not any(_has_words(f.parsed) for f in shelf.found):
        raise DamagedSource("; ".join(_reasons(shelf)) or "no text found: the file holds nothing that can be read")
    documents: list[Document] = []
    for ordinal, found in enumerate(shelf.found):
        documents.append(_document(source, ordinal, found, documents))
    return tuple(documents)


def parser_of(media_type: str) -> Parser:
    """The function that reads a media type, imported at first use; raises UnsupportedFormat."""
    module, _, name = target_of(media_type).partition(":")
    parser: Parser = getattr(importlib.import_module(module), name)
    return parser


def _has_words(parsed: Parsed) -> bool:
    if parsed.bundle:
        return False
    return any(b.kind is not BlockKind.HIDDEN for b in parsed.blocks) or parsed.message is not None and bool(parsed.message.subject)


def _reasons(shelf: _Shelf) -> list[str]:
    """Why nothing inside an archive or message could be read; a few of the reasons stand for all."""
    return list(dict.fromkeys(note for f in shelf.found if f.parsed.bundle or f.parsed.message for note in f.parsed.notes))[:5]


def _read(shelf: _Shelf, file: Attachment, media_type: str, inside: tuple[int | None, str, int]) -> None:
    """Puts the file's documents on the shelf. ``inside``: (position of the carrier, name in there, depth)."""
    parent, member, depth = inside
    if depth > MAX_NESTING:
        raise LimitExceeded(f"files are nested deeper than {MAX_NESTING}")
    for parsed in parser_of(media_type)(file.data, file.name):
        own = len(shelf.found)
        shelf.found.append(_Found(parsed, parent, member))
        shelf.found += [_Found(quoted, own, member) for quoted in parsed.quoted]
        for attachment in parsed.attachments:
            if reason := _attached(shelf, attachment, own, depth):
                noted = shelf.found[own].parsed
                shelf.found[own] = _Found(replace(noted, notes=(*noted.notes, reason)), parent, member)


def _attached(shelf: _Shelf, attachment: Attachment, carrier: int, depth: int) -> str:
    """Puts the attachment's documents on the shelf, or says why not: one that cannot be read is no reason to refuse what is around it."""
    before = len(shelf.found)
    around = shelf.found[carrier]
    name = one_line(attachment.name)
    shelf.take(attachment)
    try:
        if len(attachment.data) > MAX_BYTES:
            raise LimitExceeded("it is too large")
        media_type = media_type_of(attachment.data, attachment.name)
        member = f"{around.member}/{name}" if around.member else name
        _read(shelf, attachment, media_type, (carrier, member, depth + 1))
    except BadInput as error:
        del shelf.found[before:]
        return f"{'member' if around.parsed.bundle else 'attachment'} {name} was not read: {error}"
    if around.parsed.message is not None:
        notes = _carried(name, around.parsed.message)
        carried = [(replace(_copied(f.parsed, around.parsed.message), notes=f.parsed.notes + notes), f) for f in shelf.found[before:]]
        shelf.found[before:] = [_Found(parsed, f.parent, f.member) for parsed, f in carried]
    return ""


def _copied(parsed: Parsed, carrier: Message) -> Parsed:
    """An attached message proves no more of its author than a quoted one: whoever sent it can have written it."""
    if parsed.message is None or parsed.message.kind is MessageKind.QUOTED:
        return parsed
    why = parsed.message.distrust or f"known only from a copy in {carrier.message_id}"
    return replace(parsed, message=replace(parsed.message, distrust=why))


def _carried(name: str, carrier: Message) -> tuple[str, ...]:
    note = f"attachment {name} of message {carrier.message_id}"
    return (note, f"carried by a message that is not trusted: {carrier.distrust}") if carrier.distrust else (note,)


def _document(source: Source, ordinal: int, found: _Found, before: Sequence[Document]) -> Document:
    parsed, message = found.parsed, found.parsed.message
    title = parsed.title or (found.member or source.path).rsplit("/", 1)[-1]
    hint = source.kind_hint if ordinal == 0 or message is None else "auto"
    path = found.member or source.path
    kind = (
        DocumentKind.OTHER
        if parsed.bundle
        else kind_of(hint=hint, path=path, title=title, text=parsed.text, blocks=parsed.blocks, message=message)
    )
    facts = NO_FACTS if parsed.bundle or message is not None else facts_of(kind, path, title, parsed)
    return Document(
        id=content_id("doc", source.id, ordinal),
        source_id=source.id,
        path=source.path,
        ordinal=ordinal,
        kind=kind,
        title=title,
        text=parsed.text,
        blocks=parsed.blocks,
        issued=parsed.issued or facts.issued or ((message.sent_at or "")[:10] or None if message else None),
        effective=parsed.effective or facts.effective,
        parties=facts.parties,
        message=message,
        notes=parsed.notes + facts.notes,
        signed=facts.signed,
        version=facts.version,
        replaces=facts.replaces,
        parent=None if found.parent is None else before[found.parent].id,
        member=found.member,
        unread_pages=parsed.unread_pages,
        marks=merged(parsed.marks, facts.terms),
    )
