"""Markdown and plain text: one grammar of lines; Markdown keeps its raw text, plain text has its hard wraps joined."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from domain.document import Block, BlockKind
from domain.span import Span, stripped
from ingest.canonical import LINE_GAP, PARAGRAPH_GAP, Draft, Parsed, clean, fix, invisible_note
from ingest.dates import iso_date
from ingest.decode import decoded
from ingest.numbering import split_number
from ingest.wrapping import wrapped

_HEADING = re.compile(r"(#{1,6})[ \t]+(.+?)[ \t]*#*$")
_UNDERLINE = re.compile(r"=+|-{3,}|~{3,}|\*{3,}|_{3,}")
_RULE = re.compile(r"(?:[-=_*~.#+|:\s]{3,})")
_HEADER = re.compile(
    r"(?i)(date|issued|effective|effective date|in force from|valid from|last updated|updated|version|author|title|owner)\s*:\s*(.+)"
)
_ALIGNMENT = re.compile(r":?-+:?")
_FENCE = re.compile(r"(```|~~~)")
#: Lines of a front matter are looked for only this far down.
_HEAD_LINES = 12


@dataclass(frozen=True, slots=True)
class _Line:
    """``start`` and ``end`` without the white space around it; ``indent`` in columns."""

    start: int
    end: int
    text: str
    indent: int


@dataclass(frozen=True, slots=True)
class _Piece:
    """A block made of lines; ``skip`` characters of the first one (a marker) stand before it."""

    kind: BlockKind
    lines: tuple[_Line, ...]
    skip: int = 0
    level: int = 0
    number: str | None = None
    column: str | None = None
    row: str | None = None
    gap: str = PARAGRAPH_GAP


def parse_markdown(data: bytes, path: str) -> Iterator[Parsed]:
    """One document whose text is the file's own, so that a quote keeps its markup."""
    raw = decoded(data)
    text = clean(raw)
    pieces, facts = _scanned(text, markdown=True)
    blocks = tuple(b for b in (_raw_block(text, p) for p in pieces) if b is not None)
    yield _parsed(text, blocks, facts, invisible_note(raw))


def parse_plain(data: bytes, path: str) -> Iterator[Parsed]:
    """One document whose paragraphs are single lines, however the file was wrapped."""
    raw = decoded(data)
    pieces, facts = _scanned(clean(raw), markdown=False)
    text, blocks = fix([_draft(p) for p in pieces])
    yield _parsed(text, blocks, facts, invisible_note(raw))


def _parsed(text: str, blocks: tuple[Block, ...], facts: dict[str, str], notes: tuple[str, ...]) -> Parsed:
    first = next((b for b in blocks if b.kind in (BlockKind.TITLE, BlockKind.HEADING)), None)
    title = facts.get("title") or (first.span.of(text) if first else "")
    issued = next((d for k in ("issued", "date", "updated", "last updated") if (d := iso_date(facts.get(k, "")))), None)
    effective = next((d for k in ("effective", "effective date", "in force from", "valid from") if (d := iso_date(facts.get(k, "")))), None)
    return Parsed(text, blocks, title=title, issued=issued, effective=effective, notes=notes)


def _raw_block(text: str, piece: _Piece) -> Block | None:
    span = stripped(text, piece.lines[0].start + piece.skip, piece.lines[-1].end)
    if span is None:
        return None
    return Block(piece.kind, Span(span.start, span.end), piece.level, piece.number, column=piece.column, row=piece.row)


def _draft(piece: _Piece) -> Draft:
    first = piece.lines[0].text
    rest = [line.text for line in piece.lines[1:]]
    text = " ".join([first[piece.skip :].strip(), *rest]).strip()
    return Draft(piece.kind, text, first[: piece.skip], piece.level, piece.number, column=piece.column, row=piece.row, gap=piece.gap)


def _lines(text: str) -> list[_Line]:
    lines, at = [], 0
    for raw in text.split("\n"):
        bare = raw.strip()
        start = at + len(raw) - len(raw.lstrip())
        lines.append(_Line(start, start + len(bare), bare, len(raw.expandtabs(4)) - len(raw.expandtabs(4).lstrip())))
        at += len(raw) + 1
    return lines


def _scanned(text: str, *, markdown: bool) -> tuple[list[_Piece], dict[str, str]]:
    """Pieces in order, and the facts of the lines on top ("Date: 2025-01-31") by lower-case name."""
    lines = _lines(text)
    scan = _Scan(lines, markdown)
    while scan.at < len(lines):
        scan.step()
    return scan.pieces, scan.facts


class _Scan:
    """One pass down the lines; each step takes at least one of them."""

    def __init__(self, lines: list[_Line], markdown: bool) -> None:
        self.lines, self.markdown = lines, markdown
        self.at = 0
        self.pieces: list[_Piece] = []
        self.facts: dict[str, str] = {}
        self._headed = False
        self._width = max((len(line.text) for line in lines if len(line.text) <= 130), default=0)

    def step(self) -> None:
        line = self.lines[self.at]
        if not line.text:
            self.at += 1
        elif self._front() or self._heading() or self._underlined() or self._table() or self._fence():
            return
        elif _RULE.fullmatch(line.text):
            self.at += 1
        else:
            self._paragraph()

    def _add(self, kind: BlockKind, count: int = 1, **more: str | int | None) -> None:
        piece = _Piece(kind, tuple(self.lines[self.at : self.at + count]))
        self.pieces.append(replace(piece, **more))  # type: ignore[arg-type]
        self.at += count

    def _front(self) -> bool:
        """A line such as "Effective: 2025-04-01" near the top is kept in the text as furniture, and as a fact."""
        line = self.lines[self.at]
        if self.markdown and self.at == 0 and line.text == "---":
            return self._yaml()
        if self.at > _HEAD_LINES or any(p.kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM) for p in self.pieces):
            return False
        found = _HEADER.fullmatch(line.text)
        if (
            found is None
            or (not iso_date(found[2]) and found[1].lower() not in ("title", "version", "author", "owner"))
            or len(found[2]) > 80
        ):
            return False
        self.facts.setdefault(found[1].lower(), found[2])
        self._add(BlockKind.FURNITURE, gap=LINE_GAP)
        return True

    def _yaml(self) -> bool:
        stop = next((n for n in range(1, min(len(self.lines), 60)) if self.lines[n].text in ("---", "...")), None)
        if stop is None:
            return False
        for line in self.lines[1:stop]:
            if found := _HEADER.fullmatch(line.text):
                self.facts.setdefault(found[1].lower(), found[2].strip("\"'"))
        self._add(BlockKind.FURNITURE, stop + 1)
        return True

    def _heading(self) -> bool:
        found = _HEADING.fullmatch(self.lines[self.at].text)
        if found is None or len(found[2]) > 300:
            return False
        self._head(found[2], len(found[1]), found.start(2))
        return True

    def _head(self, text: str, level: int, skip: int) -> None:
        """A first heading of the first level is the title."""
        if level == 1 and not self._headed:
            self._headed = True
            self._add(BlockKind.TITLE, skip=skip)
            return
        self._headed = True
        numbered = split_number(text)
        number = numbered.number if numbered else None
        self._add(BlockKind.HEADING, level=level, number=number, skip=skip + (len(numbered.prefix) if numbered and number else 0))

    def _underlined(self) -> bool:
        line = self.lines[self.at]
        if self.at + 1 >= len(self.lines) or len(line.text) > 200 or line.text.startswith("|"):
            return False
        under = self.lines[self.at + 1].text
        alone = self.at == 0 or not self.lines[self.at - 1].text
        if (
            not (_UNDERLINE.fullmatch(under) and alone)
            or len(under) < min(3, len(line.text))
            or split_number(line.text)
            and under[0] == "-"
        ):
            return False
        self._head(line.text, 1 if under[0] == "=" else 2, 0)
        self.at += 1
        return True

    def _fence(self) -> bool:
        if not (self.markdown and _FENCE.match(self.lines[self.at].text)):
            return False
        mark = self.lines[self.at].text[:3]
        stop = next((n for n in range(self.at + 1, len(self.lines)) if self.lines[n].text.startswith(mark)), len(self.lines) - 1)
        self._add(BlockKind.FURNITURE, stop + 1 - self.at)
        return True

    def _table(self) -> bool:
        if not self.lines[self.at].text.startswith("|"):
            return False
        stop = self.at
        while stop < len(self.lines) and self.lines[stop].text.startswith("|"):
            stop += 1
        rows = [cells for line in self.lines[self.at : stop] if (cells := _cells(line)) is not None]
        header = [c.text for c in rows[0]] if len(rows) > 1 else []
        for n, row in enumerate(rows):
            self.pieces += _row_pieces(row, header if n else [])
        self.at = stop
        return True

    def _paragraph(self) -> None:
        """A paragraph or an item: the lines that run on from each other."""
        first = self.lines[self.at]
        found = split_number(first.text)
        count = 1
        while self.at + count < len(self.lines) and self._runs_on(
            self.lines[self.at + count - 1], self.lines[self.at + count], first, found is not None
        ):
            count += 1
        gap = LINE_GAP if self.at and self.lines[self.at - 1].text and self.pieces else PARAGRAPH_GAP
        kind = BlockKind.PARAGRAPH if found is None else BlockKind.LIST_ITEM
        level = first.indent // 2 + 1 if found else 0
        number = found.number if found else None
        self._add(kind, count, skip=len(found.prefix) if found else 0, level=level, number=number, gap=gap)

    def _runs_on(self, before: _Line, line: _Line, first: _Line, item: bool) -> bool:
        if not line.text or _HEADING.fullmatch(line.text) or line.text.startswith("|") or _RULE.fullmatch(line.text):
            return False
        if split_number(line.text) and (line.indent <= first.indent or item or self.markdown):
            return False
        if self.markdown:
            return not _FENCE.match(line.text)
        return wrapped(before.text, line.text, self._width) or item and line.indent > first.indent


def _cells(line: _Line) -> list[_Line] | None:
    """The cells of a table line with their offsets, or None for the line that aligns the columns."""
    cells, at = [], 1
    body = line.text[1:-1] if line.text.endswith("|") and len(line.text) > 1 and not line.text.endswith("\\|") else line.text[1:]
    for raw in re.split(r"(?<!\\)\|", body):
        bare = raw.strip()
        start = line.start + at + len(raw) - len(raw.lstrip())
        cells.append(_Line(start, start + len(bare), bare, 0))
        at += len(raw) + 1
    if all(_ALIGNMENT.fullmatch(c.text) for c in cells):
        return None
    return cells


def _row_pieces(row: list[_Line], header: list[str]) -> Iterator[_Piece]:
    name = row[0].text if header else ""
    for n, cell in enumerate(row):
        if cell.text:
            column = header[n] if n < len(header) else ""
            yield _Piece(
                BlockKind.TABLE_CELL, (cell,), column=column or None, row=name if n and name else None, gap="\n" if n == 0 else "\t"
            )
