"""Where a parser's pieces become the one text that never changes, with the exact offsets of its blocks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.document import Block, BlockKind, Box, Mark, MarkKind, Message
from domain.errors import LimitExceeded
from domain.span import Span
from ingest.limits import MAX_BLOCKS, MAX_CHARS

#: Characters that nobody sees: zero-width marks, direction overrides, soft hyphens, tags, supplementary variation selectors.
INVISIBLE = re.compile("[\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e01ef]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_NEWLINE = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
#: Half of a surrogate pair cannot be written as UTF-8.
_SURROGATE = re.compile("[\ud800-\udfff]")

PARAGRAPH_GAP = "\n\n"
LINE_GAP = "\n"
CELL_GAP = "\t"


@dataclass(frozen=True, slots=True)
class DraftMark:
    """A mark before its draft has a place: ``start`` and ``end`` count in the draft's text. ``target``: the ``key`` of another draft."""

    kind: MarkKind
    start: int
    end: int
    label: str = ""
    author: str = ""
    at: str | None = None
    target: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A block before it has a place in the text.

    ``key``: how marks of other drafts name this one. ``prefix``: what stands before the block in the text and not in its span (a number, a
    bullet). ``gap``: what separates it from the one before. ``lines``: (start, end, box) in ``text`` for each printed line on its page.
    """

    kind: BlockKind
    text: str
    prefix: str = ""
    level: int = 0
    number: str | None = None
    page: int | None = None
    lines: tuple[tuple[int, int, Box], ...] = ()
    column: str | None = None
    row: str | None = None
    gap: str = PARAGRAPH_GAP
    marks: tuple[DraftMark, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came inside a message or an archive; ``name`` is only ever shown."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a parser hands over for one document; dates are ISO and given only where the format itself carries them.

    ``attachments``: files that came inside, each read as a document of its own. ``quoted``: messages that this one only passes on, each to
    become a document of its own whose author is not proven. ``bundle``: nothing but a container (an archive), of interest for its parts.
    """

    text: str
    blocks: tuple[Block, ...]
    title: str = ""
    issued: str | None = None
    effective: str | None = None
    message: Message | None = None
    notes: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    marks: tuple[Mark, ...] = ()
    unread_pages: tuple[int, ...] = ()
    quoted: tuple[Parsed, ...] = ()
    bundle: bool = False


def clean(text: str) -> str:
    """The text with one kind of newline and of space, and without control characters and characters that nobody can see."""
    if text.isascii() and text.isprintable():
        return text
    text = _CONTROL.sub("", _NEWLINE.sub("\n", text))
    return _SURROGATE.sub("\ufffd", INVISIBLE.sub("", _SPACE.sub(" ", text)))


def one_line(text: str) -> str:
    """The cleaned text with every run of white space made one blank."""
    return " ".join(clean(text).split())


def invisible_note(text: str) -> tuple[str, ...]:
    """A note for the document where characters that nobody sees were taken out; a lone byte order mark is no news."""
    count = len(INVISIBLE.findall(text.lstrip("\ufeff").replace("\u00ad", "")))
    return (f"{count} invisible characters were removed",) if count else ()


@dataclass(frozen=True, slots=True)
class Fixed:
    """A text with its blocks and marks, all in place."""

    text: str
    blocks: tuple[Block, ...]
    marks: tuple[Mark, ...]


def fix(drafts: Sequence[Draft]) -> tuple[str, tuple[Block, ...]]:
    """``fixed`` for formats without marks."""
    done = fixed(drafts)
    return done.text, done.blocks


def fixed(drafts: Sequence[Draft]) -> Fixed:
    """Lays the drafts out one after the other; raises LimitExceeded past MAX_CHARS characters or MAX_BLOCKS blocks."""
    if len(drafts) > MAX_BLOCKS:
        raise LimitExceeded(f"the document has more than {MAX_BLOCKS:,} paragraphs, items and cells; split it into several files")
    parts: list[str] = []
    blocks: list[Block] = []
    kept: list[Draft] = []
    at = 0
    for draft in drafts:
        if not draft.text.strip():
            continue
        before = (draft.gap if parts else "") + draft.prefix
        start = at + len(before)
        parts += [before, draft.text]
        at = start + len(draft.text)
        if at > MAX_CHARS:
            raise LimitExceeded(f"the text is longer than {MAX_CHARS:,} characters")
        blocks.append(_block(draft, start))
        kept.append(draft)
    return Fixed("".join(parts), tuple(blocks), _marks(kept, blocks))


def _marks(drafts: Sequence[Draft], blocks: Sequence[Block]) -> tuple[Mark, ...]:
    places = {draft.key: block.span for draft, block in zip(drafts, blocks, strict=True) if draft.key}
    found = [
        Mark(
            mark.kind, Span(block.span.start + mark.start, block.span.start + min(mark.end, len(draft.text))),
            mark.label, mark.author, mark.at, places.get(mark.target),
        )
        for draft, block in zip(drafts, blocks, strict=True)
        for mark in draft.marks
        if mark.start < min(mark.end, len(draft.text))
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda m: (m.span, m.kind, m.label, m.author)))


def _block(draft: Draft, start: int) -> Block:
    lines = [(s, e, box) for s, e, box in draft.lines if s < e]
    return Block(
        draft.kind,
        Span(start, start + len(draft.text)),
        level=draft.level,
        number=draft.number,
        page=draft.page,
        boxes=tuple(box for _, _, box in lines),
        line_spans=tuple(Span(start + s, start + e) for s, e, _ in lines),
        column=draft.column,
        row=draft.row,
    )


def with_text(draft: Draft, text: str, prefix: str) -> Draft:
    """The draft after its first characters moved into the prefix, its lines moved along."""
    cut = len(draft.text) - len(text)
    lines = tuple((max(0, s - cut), e - cut, box) for s, e, box in draft.lines if e > cut)
    marks = tuple(replace(m, start=max(0, m.start - cut), end=m.end - cut) for m in draft.marks if m.end > cut)
    return replace(draft, text=text, prefix=prefix, lines=lines, marks=marks)
