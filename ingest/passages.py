"""A document's blocks as passages: each with its headings, clause number, page or message, and what it completes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from domain.document import Block, BlockKind, Document
from domain.ids import content_id
from domain.passage import Passage, Place
from domain.span import Span, stripped
from ingest.numbering import RELATIVE, ClauseCounter, style_of

#: Characters; a longer block is cut between sentences, so that one passage fits an encoder and a reader.
MAX_PASSAGE = 4_000
_SENTENCE_END = re.compile(r"[.!?;][\"”’)]*\s+(?=[A-Z(\"“])")
_LEADS = re.compile(r"(?::\s*[-–—]?|[-–—]|\b(?:following|shall|must|may|will|that|by|to|and|or|if|not|where))\s*$")
_TEXT = frozenset({BlockKind.PARAGRAPH, BlockKind.LIST_ITEM})


@dataclass(frozen=True, slots=True)
class _Lead:
    """A text that what stands ``depth`` deep or deeper completes."""

    depth: int
    text: str


@dataclass(slots=True)
class _Where:
    """What the blocks so far say about the next one. ``heads``: (level, text) outermost first."""

    heads: list[tuple[int, str]] = field(default_factory=list)
    clauses: ClauseCounter = field(default_factory=ClauseCounter)
    leads: list[_Lead] = field(default_factory=list)


def passages_of(document: Document) -> tuple[Passage, ...]:
    """Passages in the order of the text; every block is covered, furniture and hidden text among them under their own kinds."""
    where = _Where()
    found: list[Passage] = []
    for block in document.blocks:
        clause, lead = _enter(where, block, document)
        heads = tuple(t for _, t in where.heads)
        if block.kind is BlockKind.HEADING:
            heads = heads[:-1]
        for span in _pieces(document.text, block.span):
            place = _place(document, block, span, heads, clause)
            found.append(
                Passage(
                    content_id("pas", document.id, span.start, span.end), document.id, span, span.of(document.text), block.kind, place, lead
                )
            )
    return tuple(found)


def _enter(where: _Where, block: Block, document: Document) -> tuple[str | None, str]:
    """The block's clause and lead-in; ``where`` moves on."""
    text = block.span.of(document.text)
    if block.kind is BlockKind.TABLE_CELL:
        where.leads.clear()
        return where.clauses.current(), " | ".join(t for t in (block.row, block.column) if t)
    if block.kind is BlockKind.HEADING:
        where.leads.clear()
        where.heads = [h for h in where.heads if h[0] < block.level]
        if text != document.title:
            where.heads.append((block.level, text))
        if block.number is None:
            where.clauses.leave()
            return None, ""
        return where.clauses.enter(block.number, heading=True), ""
    if block.kind not in _TEXT:
        return None, ""
    if block.number is not None:
        clause: str | None = where.clauses.enter(block.number)
    else:
        # A paragraph after items goes on with the clause that the items belong to.
        clause = where.clauses.current() if block.kind is BlockKind.LIST_ITEM else where.clauses.root
    return clause, _lead_in(where, block, text)


def _lead_in(where: _Where, block: Block, text: str) -> str:
    depth = _depth(where, block)
    where.leads = [lead for lead in where.leads if lead.depth < depth]
    lead = " ".join(lead.text for lead in where.leads) if depth else ""
    if _LEADS.search(text) and len(text) <= 600:
        where.leads.append(_Lead(depth, text))
    elif not depth:
        where.leads.clear()
    return lead


def _depth(where: _Where, block: Block) -> int:
    """0 for a plain paragraph or a clause that stands by itself; items count from 1, by their marker's level or their number's place."""
    if block.number is not None and style_of(block.number) in RELATIVE:
        return max(where.clauses.depth, 2)
    if block.kind is BlockKind.LIST_ITEM:
        if block.number is None:
            return 1 + max(block.level, 1)
        return max(block.level, where.clauses.depth, 1)
    return 1 if block.number is not None else 0


def _pieces(text: str, span: Span) -> Iterator[Span]:
    """The span itself, or pieces of at most MAX_PASSAGE characters that end where sentences do."""
    start = span.start
    while span.end - start > MAX_PASSAGE:
        ends = [m.end() for m in _SENTENCE_END.finditer(text, start, start + MAX_PASSAGE)]
        blank = text.rfind(" ", start + MAX_PASSAGE // 2, start + MAX_PASSAGE)
        end = ends[-1] if ends else blank + 1 if blank > 0 else start + MAX_PASSAGE
        if piece := stripped(text, start, end):
            yield piece
        start = end
    if piece := stripped(text, start, span.end):
        yield piece


def _place(document: Document, block: Block, span: Span, heads: tuple[str, ...], clause: str | None) -> Place:
    boxes = tuple(box for box, line in zip(block.boxes, block.line_spans, strict=True) if line.overlaps(span))
    message = document.message
    if message is None:
        return Place(heads, clause, block.page, boxes)
    return Place(heads, clause, block.page, boxes, message.message_id, message.sender, message.sent_at, message.subject)
