"""A document as a reader sees it: its blocks in order, with what is cited marked, and the mails around a mail."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from domain.access import Caller, Scope
from domain.document import UNSEEN_BLOCKS, BlockKind, Document, MessageKind
from domain.errors import NotFound
from domain.span import Span
from service.wiring import App

#: Characters of a long paper that are shown before and after what is cited; the rest is left out, and said so.
AROUND = 20_000
_QUOTED = frozenset({BlockKind.QUOTED, BlockKind.FORWARDED, BlockKind.SIGNATURE, BlockKind.DISCLAIMER})


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Line:
    """``kind``: heading, item, cell, furniture, folded (quoted text, signatures) or text. ``cited``: something in it is marked."""

    kind: str
    number: str
    pieces: tuple[Piece, ...]

    @property
    def cited(self) -> bool:
        return any(piece.marked for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Paper:
    """``cut``: whether something before or after the lines was left out."""

    document: Document
    lines: tuple[Line, ...]
    cut: bool

    @property
    def cited(self) -> bool:
        return any(line.cited for line in self.lines)


def paper_of(document: Document, spans: Sequence[Span] = ()) -> Paper:
    """What is hidden or struck out is not shown: nobody who reads the paper sees it, and nothing rests on it."""
    first = min((span.start for span in spans), default=0)
    last = max((span.end for span in spans), default=0)
    lines, cut = [], False
    for block in document.blocks:
        if block.kind in UNSEEN_BLOCKS:
            continue
        if block.span.end < first - AROUND or block.span.start > last + AROUND:
            cut = True
            continue
        lines.append(Line(_kind(block.kind), block.number or "", _pieces(document.text, block.span, spans)))
    return Paper(document, tuple(lines), cut)


def _kind(kind: BlockKind) -> str:
    if kind in _QUOTED:
        return "folded"
    plain = {BlockKind.TITLE: "heading", BlockKind.HEADING: "heading", BlockKind.LIST_ITEM: "item", BlockKind.TABLE_CELL: "cell"}
    return "furniture" if kind is BlockKind.FURNITURE else plain.get(kind, "text")


def _pieces(text: str, block: Span, spans: Sequence[Span]) -> tuple[Piece, ...]:
    """The block's text, cut where something cited begins or ends."""
    inside = [(max(s.start, block.start), min(s.end, block.end)) for s in spans if s.start < block.end and s.end > block.start]
    edges = sorted({block.start, block.end, *(edge for pair in inside for edge in pair)})
    found = []
    for start, end in pairwise(edges):
        found.append(Piece(text[start:end], any(a <= start and end <= b for a, b in inside)))
    return tuple(found)


class Talks:
    """Which mails belong together, worked out once for each state of the documents."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: dict[str, Document] | None = None
        self._roots: dict[str, str] = {}
        self._members: dict[str, list[Document]] = {}

    def around(self, document: Document, documents: dict[str, Document]) -> list[Document]:
        """The conversation that a mail stands in, oldest first, itself among them; by the ids that mails give of what they answer."""
        with self._lock:
            if self._of is not documents:
                self._read(documents)
            if document.message is None:
                return [document]
            return self._members.get(self._roots.get(document.message.message_id, ""), [document])

    def _read(self, documents: dict[str, Document]) -> None:
        mails = [d for d in documents.values() if d.message is not None and d.message.kind is not MessageKind.QUOTED]
        parents = {d.message.message_id: d.message.in_reply_to or next(iter(d.message.references[::-1]), None) for d in mails if d.message}
        self._roots = {name: _root(name, parents) for name in parents}
        self._members = {}
        for mail in sorted(mails, key=lambda d: (d.message.sent_at or "" if d.message else "", d.path, d.ordinal)):
            if mail.message is not None:
                self._members.setdefault(self._roots[mail.message.message_id], []).append(mail)
        self._of = documents


def _root(name: str, parents: dict[str, str | None]) -> str:
    passed = {name}
    while (above := parents.get(name)) is not None and above not in passed:
        passed.add(above)
        name = above
    return name


def source_of_document(app: App, caller: Caller, document: Document) -> tuple[bytes, str]:
    """The file that a document was read from, and its media type; raises NotFound where it stands in another file."""
    from service.seen import may_read, the_bytes

    caller.need(Scope.READ)
    if document.member or not may_read(app, caller, document.path):
        raise NotFound("this document stands in another file, and is shown as text only")
    for version in app.ledger.versions(caller.workspace, document.path):
        if version.state.source.id == document.source_id:
            return the_bytes(app, caller, version.state.source), version.state.source.media_type
    raise NotFound(f"there is no file {document.path}")
