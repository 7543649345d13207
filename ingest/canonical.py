"""Where a parser's pieces become the one text that never changes, with the exact offsets of its blocks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.document import Block, BlockKind, Box, Message
from domain.errors import LimitExceeded
from domain.span import Span
from ingest.limits import MAX_CHARS

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
class Draft:
    """A block before it has a place in the text.

    ``prefix``: what stands before the block in the text and not in its span (a number, a bullet). ``gap``: what separates it from the one
    before. ``lines``: (start, end, box) in ``text`` for each printed line on the block's page.
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


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came inside a message; ``name`` is only ever shown."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a parser hands over for one document; dates are ISO and given only where the format itself carries them."""

    text: str
    blocks: tuple[Block, ...]
    title: str = ""
    issued: str | None = None
    effective: str | None = None
    message: Message | None = None
    notes: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()


def clean(text: str) -> str:
    """The text with one kind of newline and of space, and without control characters and characters that nobody can see."""
    text = _CONTROL.sub("", _NEWLINE.sub("\n", text))
    return _SURROGATE.sub("\ufffd", INVISIBLE.sub("", _SPACE.sub(" ", text)))


def one_line(text: str) -> str:
    """The cleaned text with every run of white space made one blank."""
    return " ".join(clean(text).split())


def invisible_note(text: str) -> tuple[str, ...]:
    """A note for the document where characters that nobody sees were taken out; a lone byte order mark is no news."""
    count = len(INVISIBLE.findall(text.lstrip("\ufeff").replace("\u00ad", "")))
    return (f"{count} invisible characters were removed",) if count else ()


def fix(drafts: Sequence[Draft]) -> tuple[str, tuple[Block, ...]]:
    """Lays the drafts out one after the other; raises LimitExceeded where the text grows past MAX_CHARS characters."""
    parts: list[str] = []
    blocks: list[Block] = []
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
    return "".join(parts), tuple(blocks)


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
    return replace(draft, text=text, prefix=prefix, lines=lines)
