"""What Markdown hides or strikes out inside a line: moved out of the sentence, so that the sentence reads on as its author left it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from lxml import etree, html

from domain.document import Block, BlockKind, Mark, MarkKind
from domain.span import Span, stripped
from ingest.html_style import Look, Sheet, look_in

_OPENS = re.compile(r"~~|<!--|<(del|s|strike|span|p|div|font|small|b|i|em|strong|u|a|template)\b([^<>]{0,500})>")
#: How far apart the two ends of what is struck out or hidden may stand.
_REACH = 3_000
_CODE = re.compile(r"`[^`\n]+`")
_SEEN = frozenset({BlockKind.TITLE, BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.TABLE_CELL, BlockKind.FOOTNOTE})


@dataclass(frozen=True, slots=True)
class _Aside:
    """``start`` to ``end`` leave the line; ``words`` are set below it."""

    start: int
    end: int
    words: str
    kind: BlockKind


def set_apart(text: str, blocks: Sequence[Block]) -> tuple[str, tuple[Block, ...], tuple[Mark, ...]]:
    """The text, blocks and marks after struck-out and hidden words have left their lines; all is as it was where there are none."""
    found = {b.span: asides for b in blocks if b.kind in _SEEN and (asides := _asides(text, b.span))}
    if not found:
        return text, tuple(blocks), ()
    made = _Rewritten(text)
    for n, block in enumerate(blocks):
        made.block(block, found.get(block.span, []))
        made.end_of_block(blocks[n + 1].span.start if n + 1 < len(blocks) else len(text) + 1)
    made.copy(len(text))
    done = tuple(made.blocks)
    marks = tuple(Mark(MarkKind.DELETION, b.span, "struck out by hand") for b in done if b.kind is BlockKind.DELETED)
    return "".join(made.parts), done, marks


@dataclass(slots=True)
class _Rewritten:
    """The new text as far as it is written; ``at``: how much of the old text is used up; ``size``: the length of the new one."""

    text: str
    parts: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    waiting: list[_Aside] = field(default_factory=list)
    at: int = 0
    size: int = 0

    def put(self, piece: str) -> None:
        self.parts.append(piece)
        self.size += len(piece)

    def copy(self, end: int) -> None:
        """Takes over the old text up to there."""
        self.put(self.text[self.at : end])
        self.at = end

    def block(self, block: Block, asides: Sequence[_Aside]) -> None:
        self.copy(block.span.start)
        start, first = self.size, len(self.parts)
        for aside in asides:
            self.put(_closed(self.text[self.at : aside.start], self.text[aside.end : aside.end + 1]))
            self.at = aside.end
        self.waiting += asides
        self.copy(block.span.end)
        said = "".join(self.parts[first:])
        if span := stripped(said, 0, len(said)):
            self.blocks.append(replace(block, span=Span(start + span.start, start + span.end)))

    def end_of_block(self, next_start: int) -> None:
        """Writes what waits below the line, if the next block begins on another one."""
        line_end = self.text.find("\n", self.at)
        line_end = len(self.text) if line_end < 0 else line_end
        if not self.waiting or next_start < line_end:
            return
        self.copy(line_end)
        for aside in self.waiting:
            self.put("\n")
            self.put(aside.words)
            self.blocks.append(Block(aside.kind, Span(self.size - len(aside.words), self.size)))
        self.waiting = []


def _closed(before: str, after: str) -> str:
    """Without a second blank where words left between two."""
    return before[:-1] if before.endswith(" ") and after in ("", " ", ".", ",", ";", ":") else before


def _asides(text: str, span: Span) -> list[_Aside]:
    said = span.of(text)
    if "~~" not in said and "<" not in said:
        return []
    code = [m.span() for m in _CODE.finditer(said)]
    done = []
    at = 0
    for opening in _OPENS.finditer(said):
        if opening.start() < at or any(s <= opening.start() < e for s, e in code):
            continue
        closing = {"~~": "~~", "<!--": "-->"}.get(opening[0]) or f"</{opening[1]}>"
        end = said.find(closing, opening.end() + 1, opening.end() + _REACH)
        kind = _meant(opening) if end > 0 else None
        if kind is None:
            continue
        words = " ".join(re.sub(r"<[^<>]{0,300}>", " ", said[opening.end() : end]).split())
        if words and not (opening[0] == "~~" and (said[opening.end()].isspace() or said[end - 1].isspace())):
            at = end + len(closing)
            done.append(_Aside(span.start + opening.start(), span.start + at, words, kind))
    return done


def _meant(opening: re.Match[str]) -> BlockKind | None:
    if opening[0] == "~~" or opening[1] in ("del", "s", "strike"):
        return BlockKind.DELETED
    return BlockKind.HIDDEN if opening[0] == "<!--" or _is_hidden(opening[1], opening[2]) else None


_OPENING = re.compile(r"<(\w{1,20})\b([^<>]{0,500})>")


def hidden_lines(lines: Sequence[str]) -> int:
    """How many lines at the start of these a comment or a hidden element takes up; 0 where they begin with neither."""
    if lines[0].startswith("<!--"):
        return next((n + 1 for n, line in enumerate(lines) if "-->" in line), 0)
    opening = _OPENING.match(lines[0])
    if opening is None or not _is_hidden(opening[1].lower(), opening[2]):
        return 0
    return next((n + 1 for n, line in enumerate(lines) if f"</{opening[1]}>" in line), 0)


def _is_hidden(tag: str, attributes: str) -> bool:
    if not attributes.strip() and tag != "template":
        return False
    try:
        element = html.fragment_fromstring(f"<{tag} {attributes}>x</{tag}>")
    except (etree.ParserError, ValueError):
        return False
    return look_in(element, Sheet(), Look()).hidden


_REFERENCE = re.compile(r"\[\^([^\]\s]{1,40})\](?!:)")


def note_marks(text: str, blocks: Sequence[Block]) -> tuple[Mark, ...]:
    """A mark on the word before each ``[^1]``, to the footnote of that name."""
    notes = {b.number: b.span for b in blocks if b.kind is BlockKind.FOOTNOTE and b.number}
    marks = []
    for block in blocks if notes else ():
        if block.kind not in _SEEN:
            continue
        for found in _REFERENCE.finditer(text, block.span.start, block.span.end):
            before = text[block.span.start : found.start()].rstrip()
            word = re.search(r"\S+$", _REFERENCE.sub(lambda m: " " * len(m[0]), before).rstrip())
            if word and found[1] in notes:
                marks.append(
                    Mark(MarkKind.FOOTNOTE, Span(block.span.start + word.start(), block.span.start + word.end()), target=notes[found[1]])
                )
    return tuple(marks)
