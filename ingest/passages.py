"""A document's blocks as passages: each with its headings, clause number, page or message, and what it completes."""

from __future__ import annotations

import re
from bisect import bisect_right
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
_OPENING = frozenset({BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.TITLE})
_WALKED = _TEXT | {BlockKind.HEADING}


#: What hangs on a paragraph without being part of the text's own walk: it has the place of what it hangs on.
_HANGING = frozenset({BlockKind.FOOTNOTE, BlockKind.COMMENT})
_ANNEX = re.compile(
    r"(?i)(?:(?:the|this)\s+)?(?P<name>schedule|annex(?:ure|e)?|appendix|exhibit|attachment|anlage|anhang|bijlage|bilag)"
    r"(?:\s+(?:no\.?\s*|nr\.?\s*)?(?P<number>\d{1,3}(?:[.-]\d{1,2})?[a-z]?|[A-Z](?:-?\d{1,2})?"
    r"|[IVXLC]{1,6}))?(?![\w.]\w)\s*(?P<end>[.:)–—-]|$)?"
)
_PART = re.compile(r"(?i)part\s+(?:\d{1,2}|[A-Z]|[IVX]{1,5})")
#: So many numbers before it make a schedule one of a paper with a body; an exhibit number on the first line is a filing's.
_BODY_NUMBERS = 2
_MAX_ANNEX_TITLE = 120


@dataclass(frozen=True, slots=True)
class _Lead:
    """A text that what stands ``depth`` deep or deeper completes."""

    depth: int
    text: str


@dataclass(frozen=True, slots=True)
class _Spot:
    """The place of one block in the structure."""

    clause: str | None
    lead: str
    heads: tuple[str, ...]


@dataclass(slots=True)
class _Where:
    """What the blocks so far say about the next one. ``heads``: (level, text) outermost first. ``annex``: the schedule that we are in."""

    heads: list[tuple[int, str]] = field(default_factory=list)
    clauses: ClauseCounter = field(default_factory=ClauseCounter)
    leads: list[_Lead] = field(default_factory=list)
    annex: str = ""
    part: str = ""

    def full(self, clause: str | None) -> str | None:
        """The clause with the schedule before it, so that numbers which begin again there stay apart from those of the body."""
        outer = ", ".join(p for p in (self.annex, self.part) if p)
        if clause is None or clause in (self.annex, self.part):
            return outer or clause
        return f"{outer}, {clause}" if outer else clause


def passages_of(document: Document) -> tuple[Passage, ...]:
    """Passages in the order of the text; every block is covered, furniture and hidden text among them under their own kinds."""
    found: list[Passage] = []
    for block, spot in zip(document.blocks, _spots(document), strict=True):
        for span in _pieces(document.text, block.span):
            found.append(
                Passage(
                    content_id("pas", document.id, span.start, span.end),
                    document.id,
                    span,
                    span.of(document.text),
                    block.kind,
                    _place(document, block, span, spot),
                    spot.lead,
                )
            )
    return tuple(found)


def _spots(document: Document) -> list[_Spot]:
    where = _Where()
    annexes = _annexes(document)
    spots: list[_Spot] = []
    for n, block in enumerate(document.blocks):
        if annex := annexes.get(n):
            where.clauses, where.annex, where.part = ClauseCounter(), annex, ""
        clause, lead = _enter(where, block, document)
        heads = tuple(t for _, t in where.heads)
        spots.append(_Spot(clause, lead, heads[:-1] if block.kind is BlockKind.HEADING else heads))
    _hang(document, spots)
    return spots


def _hang(document: Document, spots: list[_Spot]) -> None:
    """Footnotes and comments take the clause and headings of the paragraph that they hang on."""
    starts = [b.span.start for b in document.blocks]
    for mark in document.marks:
        if mark.target is None:
            continue
        note, paragraph = bisect_right(starts, mark.target.start) - 1, bisect_right(starts, mark.span.start) - 1
        if note >= 0 and paragraph >= 0 and document.blocks[note].kind in _HANGING:
            spots[note] = _Spot(spots[paragraph].clause, "", spots[paragraph].heads)


def _annexes(document: Document) -> dict[int, str]:
    """Where schedules begin: index of the block, name of the schedule. A name that comes back (a list of schedules, a reference) begins at
    its last place."""
    numbered = 0
    found: dict[str, int] = {}
    for n, block in enumerate(document.blocks):
        if block.kind in _OPENING and numbered >= _BODY_NUMBERS and (name := _annex_name(document.text, block)):
            found[name] = n
        numbered += block.number is not None and block.kind in _WALKED
    return {n: name for name, n in found.items()}


def _annex_name(text: str, block: Block) -> str:
    """ "Schedule 2" of a heading or a line that only names a schedule; "" for any other block."""
    if block.span.end - block.span.start > _MAX_ANNEX_TITLE:
        return ""
    words = block.span.of(text)
    if block.number is not None:
        found, rest = _ANNEX.fullmatch(block.number), words
    else:
        found = _ANNEX.match(words)
        rest = words[found.end() :] if found else ""
    if (
        found is None
        or rest.lstrip()[:1].islower()
        or rest.rstrip().endswith((".", ";", ","))
        or (found["number"] is None and block.kind is not BlockKind.HEADING)
    ):
        return ""
    if block.number is None and rest.strip() and not (found["end"] or block.kind is BlockKind.HEADING and rest.strip()[:1].isupper()):
        return ""
    return f"{found['name'].capitalize()} {found['number'].upper()}" if found["number"] else found["name"].capitalize()


def _enter(where: _Where, block: Block, document: Document) -> tuple[str | None, str]:
    """The block's clause and lead-in; ``where`` moves on."""
    text = block.span.of(document.text)
    if block.kind is BlockKind.TABLE_CELL:
        where.leads.clear()
        return where.full(where.clauses.current()), " | ".join(t for t in (block.row, block.column) if t)
    if block.kind is BlockKind.HEADING:
        return _enter_heading(where, block, text, document.title), ""
    if block.kind in _HANGING:
        return where.full(where.clauses.current()), ""
    if block.kind not in _TEXT:
        return None, ""
    if block.number is not None and not _names_outer(where, block.number):
        clause: str | None = where.clauses.enter(block.number)
    else:
        # A paragraph after items goes on with the clause that the items belong to.
        clause = where.clauses.current() if block.kind is BlockKind.LIST_ITEM else where.clauses.root
    return where.full(clause), _lead_in(where, block, text)


def _enter_heading(where: _Where, block: Block, text: str, title: str) -> str | None:
    where.leads.clear()
    where.heads = [h for h in where.heads if h[0] < block.level]
    if text != title:
        where.heads.append((block.level, text))
    if block.number is None or _names_outer(where, block.number):
        where.clauses.leave()
        return where.full(None) if where.annex else None
    return where.full(where.clauses.enter(block.number, heading=True))


def _names_outer(where: _Where, number: str) -> bool:
    """Whether the number is the schedule's own name, or that of a part of it, and no clause in it."""
    if not where.annex:
        return False
    if _PART.fullmatch(number):
        where.part, where.clauses = f"Part {number.rsplit(maxsplit=1)[-1]}", ClauseCounter()
        return True
    return _ANNEX.fullmatch(number) is not None


def _lead_in(where: _Where, block: Block, text: str) -> str:
    depth = _depth(where, block)
    if not depth and text[:1].islower() and where.leads:
        # "in each case within ten days", flush left below the items, closes the sentence that the lead-in began.
        return where.leads[0].text
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
        return max(where.clauses.depth, block.level + 1, 2)
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


def _place(document: Document, block: Block, span: Span, spot: _Spot) -> Place:
    boxes = tuple(box for box, line in zip(block.boxes, block.line_spans, strict=True) if line.overlaps(span))
    message, member = document.message, document.member
    if message is None:
        return Place(spot.heads, spot.clause, block.page, boxes, member=member)
    return Place(
        spot.heads, spot.clause, block.page, boxes, message.message_id, message.sender, message.sent_at, message.subject, member=member
    )
