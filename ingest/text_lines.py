"""Lines of a text with their places, the pieces that blocks are made of, and what lines look like: markers, cells, columns of blanks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from domain.document import BlockKind
from ingest.canonical import PARAGRAPH_GAP
from ingest.numbering import Numbered, split_number

ALIGNMENT = re.compile(r":?-+:?")
_BOLD_NUMBER = re.compile(r"(\*\*|__)([^*_\s]{1,14})\1[ \t]+(?=\S)")


@dataclass(frozen=True, slots=True)
class Line:
    """``start`` and ``end`` without the white space around it; ``indent`` in columns."""

    start: int
    end: int
    text: str
    indent: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A block made of lines; ``skip`` characters of the first one (a marker) stand before it, ``trim`` of the last one after it."""

    kind: BlockKind
    lines: tuple[Line, ...]
    skip: int = 0
    level: int = 0
    number: str | None = None
    column: str | None = None
    row: str | None = None
    gap: str = PARAGRAPH_GAP
    trim: int = 0


def lines_of(text: str) -> list[Line]:
    lines, at = [], 0
    for raw in text.split("\n"):
        bare = raw.strip()
        start = at + len(raw) - len(raw.lstrip())
        lines.append(Line(start, start + len(bare), bare, len(raw.expandtabs(4)) - len(raw.expandtabs(4).lstrip())))
        at += len(raw) + 1
    return lines


def cells_of(line: Line) -> list[Line] | None:
    """The cells of a table line with their offsets, or None for the line that aligns the columns."""
    at = 1 if line.text.startswith("|") else 0
    closed = line.text.endswith("|") and len(line.text) > 1 and not line.text.endswith("\\|")
    cells, body = [], line.text[at:-1] if closed else line.text[at:]
    for raw in re.split(r"(?<!\\)\|", body):
        bare = raw.strip()
        start = line.start + at + len(raw) - len(raw.lstrip())
        cells.append(Line(start, start + len(bare), bare, 0))
        at += len(raw) + 1
    if all(ALIGNMENT.fullmatch(c.text) for c in cells):
        return None
    return cells


def row_pieces(row: list[Line], header: list[str]) -> Iterator[Piece]:
    name = row[0].text if header else ""
    for n, cell in enumerate(row):
        if cell.text:
            column = header[n] if n < len(header) else ""
            yield Piece(
                BlockKind.TABLE_CELL, (cell,), column=column or None, row=name if n and name else None, gap="\n" if n == 0 else "\t"
            )


def marker_of(text: str, markdown: bool) -> Numbered | None:
    """The number or bullet that a line begins with; Markdown may set it in bold."""
    found = split_number(text)
    if found is not None or not markdown or not text.startswith(("**", "__")):
        return found
    if bold := _BOLD_NUMBER.match(text):
        inner = split_number(f"{bold[2]} {text[bold.end() :]}")
        return Numbered(bold[0], inner.number, text[bold.end() :]) if inner is not None and inner.number else None
    inner = split_number(text[2:])
    return Numbered(text[:2] + inner.prefix, inner.number, inner.rest) if inner is not None and inner.number else None


def blank_cells(line: Line) -> list[Line]:
    """The pieces of a line that at least three blanks or a tab set apart."""
    if not line.text or split_number(line.text) or "...." in line.text or "__" in line.text:
        return []
    return [
        Line(line.start + m.start(), line.start + m.end(), m[0], line.indent + m.start())
        for m in re.finditer(r"\S(?:(?! {3}|\t).)*", line.text)
    ]


def aligned(head: list[Line], row: list[Line]) -> bool:
    """Whether the cells stand below each other, at their left or right ends."""
    if len(head) != len(row):
        return False
    return all(
        abs(a.indent - b.indent) <= 2 or abs(a.indent + len(a.text) - b.indent - len(b.text)) <= 2 for a, b in zip(head, row, strict=True)
    )
