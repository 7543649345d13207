"""Markdown and plain text: one grammar of lines; Markdown keeps its raw text, plain text has its hard wraps joined."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from domain.document import Block, BlockKind, Mark
from domain.errors import LimitExceeded
from domain.span import Span, stripped
from ingest.canonical import LINE_GAP, PARAGRAPH_GAP, Draft, Parsed, clean, fix, invisible_note
from ingest.dates import iso_date
from ingest.decode import decoded
from ingest.limits import MAX_CHARS
from ingest.markdown_inline import hidden_lines, note_marks, set_apart
from ingest.numbering import split_number
from ingest.text_lines import ALIGNMENT, Line, Piece, aligned, blank_cells, cells_of, lines_of, marker_of, row_pieces
from ingest.text_pages import without_page_lines
from ingest.wrapping import wrapped

_HEADING = re.compile(r"(#{1,6})[ \t]+(.+?)[ \t]*#*$")
_UNDERLINE = re.compile(r"=+|-{3,}|~{3,}|\*{3,}|_{3,}")
_RULE = re.compile(r"(?:[-=_*~.#+|:\s]{3,})")
_HEADER = re.compile(
    r"(?i)(date|issued|effective|effective[ _-]date|in force from|valid[ _-]from|last[ _-](?:updated|modified)|updated|version|author"
    r"|title|owner)\s*[:=]\s*(.+)"
)
_CAPITALS = re.compile(r"[^a-z]*[A-Z][^a-z]*")
#: Words that stand alone between the parties on a title page.
_CONNECTING = ("AND", "BETWEEN", "BY AND BETWEEN", "WITH", "AMONG", "BY AND AMONG", "FOR")
_NOTE = re.compile(r"\[\^([^\]\s]{1,40})\]:\s*")
_QUOTE = re.compile(r"(?:>\s?)+")
_FENCE = re.compile(r"(```|~~~)")
#: Lines of a front matter are looked for only this far down.
_HEAD_LINES = 12


def parse_markdown(data: bytes, path: str) -> Iterator[Parsed]:
    """One document whose text is the file's own, so that a quote keeps its markup."""
    raw = _decoded(data)
    text = clean(raw)
    pieces, facts = _scanned(text, markdown=True)
    text, blocks, marks = set_apart(text, [b for b in (_raw_block(text, p) for p in pieces) if b is not None])
    marks = tuple(sorted(marks + note_marks(text, blocks), key=lambda m: m.span))
    yield _parsed(text, blocks, facts, invisible_note(raw), marks)


def parse_plain(data: bytes, path: str) -> Iterator[Parsed]:
    """One document whose paragraphs are single lines, however the file was wrapped."""
    raw = _decoded(data)
    body, margins = without_page_lines(raw)
    pieces, facts = _scanned(clean(body), markdown=False)
    drafts = [_draft(p) for p in pieces]
    text, blocks = fix(drafts + [Draft(BlockKind.FURNITURE, clean(line), gap=LINE_GAP) for line in margins])
    yield _parsed(text, blocks, facts, invisible_note(raw))


def _decoded(data: bytes) -> str:
    """Before the work on a text, which takes several times its room."""
    raw = decoded(data)
    if len(raw) > MAX_CHARS:
        raise LimitExceeded(f"the text is longer than {MAX_CHARS:,} characters: cut it into parts")
    return raw


def plain_drafts(raw: str) -> list[Draft]:
    """The blocks of plain text that stands inside another format."""
    return [_draft(p) for p in _scanned(clean(raw), markdown=False)[0]]


def _parsed(text: str, blocks: tuple[Block, ...], facts: dict[str, str], notes: tuple[str, ...], marks: tuple[Mark, ...] = ()) -> Parsed:
    first = next((b for b in blocks if b.kind in (BlockKind.TITLE, BlockKind.HEADING)), None)
    title = facts.get("title") or (first.span.of(text) if first else "")
    issued = next((d for k in ("issued", "date", "updated", "last updated") if (d := iso_date(facts.get(k, "")))), None)
    effective = next((d for k in ("effective", "effective date", "in force from", "valid from") if (d := iso_date(facts.get(k, "")))), None)
    return Parsed(text, blocks, title=title, issued=issued, effective=effective, notes=notes, marks=marks)


def _raw_block(text: str, piece: Piece) -> Block | None:
    span = stripped(text, piece.lines[0].start + piece.skip, piece.lines[-1].end - piece.trim)
    if span is None:
        return None
    return Block(piece.kind, Span(span.start, span.end), piece.level, piece.number, column=piece.column, row=piece.row)


def _draft(piece: Piece) -> Draft:
    first = piece.lines[0].text
    rest = [line.text for line in piece.lines[1:]]
    text = " ".join([first[piece.skip :].strip(), *rest]).strip()
    return Draft(piece.kind, text, first[: piece.skip], piece.level, piece.number, column=piece.column, row=piece.row, gap=piece.gap)


def _scanned(text: str, *, markdown: bool) -> tuple[list[Piece], dict[str, str]]:
    """Pieces in order, and the facts of the lines on top ("Date: 2025-01-31") by lower-case name."""
    lines = lines_of(text)
    scan = _Scan(lines, markdown)
    while scan.at < len(lines):
        scan.step()
    return scan.pieces, scan.facts


class _Scan:
    """One pass down the lines; each step takes at least one of them."""

    def __init__(self, lines: list[Line], markdown: bool) -> None:
        self.lines, self.markdown = lines, markdown
        self.at = 0
        self.pieces: list[Piece] = []
        self.facts: dict[str, str] = {}
        self._headed = False
        self._takers = (
            self._front,
            self._unseen,
            self._heading,
            self._underlined,
            self._table,
            self._fence,
            self._note,
            self._capitals,
            self._columns,
        )
        self._width = max((len(line.text) for line in lines if len(line.text) <= 130), default=0)

    def step(self) -> None:
        line = self.lines[self.at]
        if not line.text:
            self.at += 1
        elif any(take() for take in self._takers):
            return
        elif _RULE.fullmatch(line.text):
            self.at += 1
        else:
            self._paragraph()

    def _add(self, kind: BlockKind, count: int = 1, **more: str | int | None) -> None:
        piece = Piece(kind, tuple(self.lines[self.at : self.at + count]))
        self.pieces.append(replace(piece, **more))  # type: ignore[arg-type]
        self.at += count

    def _front(self) -> bool:
        """A line such as "Effective: 2025-04-01" near the top is kept in the text as furniture, and as a fact."""
        line = self.lines[self.at]
        if self.markdown and self.at == 0 and line.text in ("---", "+++"):
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
        self.facts.setdefault(_fact(found[1]), found[2])
        self._add(BlockKind.FURNITURE, gap=LINE_GAP)
        return True

    def _yaml(self) -> bool:
        stop = next((n for n in range(1, min(len(self.lines), 60)) if self.lines[n].text in ("---", "...", "+++")), None)
        if stop is None:
            return False
        for line in self.lines[1:stop]:
            if found := _HEADER.fullmatch(line.text):
                self.facts.setdefault(_fact(found[1]), found[2].strip("\"'"))
        self._add(BlockKind.FURNITURE, stop + 1)
        return True

    def _heading(self) -> bool:
        found = _HEADING.fullmatch(self.lines[self.at].text)
        if found is None or len(found[2]) > 300:
            return False
        self._head(found[2], len(found[1]), found.start(2), len(self.lines[self.at].text) - found.end(2))
        return True

    def _head(self, text: str, level: int, skip: int, trim: int = 0) -> None:
        """A first heading of the first level is the title."""
        first, self._headed = not self._headed, True
        if level == 1 and first:
            self._add(BlockKind.TITLE, skip=skip, trim=trim)
            return
        numbered = marker_of(text, self.markdown)
        number = numbered.number if numbered else None
        self._add(
            BlockKind.HEADING, level=level, number=number, skip=skip + (len(numbered.prefix) if numbered and number else 0), trim=trim
        )

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
        """What stands between fences is a paragraph, whatever it looks like."""
        if not (self.markdown and _FENCE.match(self.lines[self.at].text)):
            return False
        mark = self.lines[self.at].text[:3]
        stop = next((n for n in range(self.at + 1, len(self.lines)) if self.lines[n].text.startswith(mark)), len(self.lines))
        self.at += 1
        if any(line.text for line in self.lines[self.at : stop]):
            self._add(BlockKind.PARAGRAPH, stop - self.at)
        self.at = stop + 1
        return True

    def _unseen(self) -> bool:
        """A comment or a hidden element of HTML that takes up lines of its own."""
        if not self.markdown or not self.lines[self.at].text.startswith("<"):
            return False
        count = hidden_lines([line.text for line in self.lines[self.at : self.at + 200]])
        if count and self.lines[self.at + count - 1].text.endswith(">"):
            self._add(BlockKind.HIDDEN, count)
            return True
        return False

    def _note(self) -> bool:
        """A footnote of Markdown with its indented lines."""
        found = _NOTE.match(self.lines[self.at].text) if self.markdown else None
        if found is None:
            return False
        count = 1
        while self.at + count < len(self.lines) and self._continues(count):
            count += 1
        self._add(BlockKind.FOOTNOTE, count, skip=found.end(), number=found[1])
        return True

    def _continues(self, count: int) -> bool:
        """Whether the line goes on with the footnote: no blank line before it, or indented below one."""
        line, before = self.lines[self.at + count], self.lines[self.at + count - 1]
        if not line.text:
            after = self.lines[self.at + count + 1] if self.at + count + 1 < len(self.lines) else None
            return after is not None and bool(after.text) and after.indent >= 2
        if _NOTE.match(line.text) or _HEADING.fullmatch(line.text):
            return False
        return bool(before.text) or line.indent >= 2

    def _table(self) -> bool:
        if not self.lines[self.at].text.startswith("|") and not self._bare_table():
            return False
        stop = self.at
        while stop < len(self.lines) and "|" in self.lines[stop].text:
            stop += 1
        rows = [cells for line in self.lines[self.at : stop] if (cells := cells_of(line)) is not None]
        header = [c.text for c in rows[0]] if len(rows) > 1 else []
        for n, row in enumerate(rows):
            self.pieces += row_pieces(row, header if n else [])
        self.at = stop
        return True

    def _bare_table(self) -> bool:
        """A table without bars at its sides, known by the line that aligns its columns."""
        if not self.markdown or "|" not in self.lines[self.at].text or self.at + 1 >= len(self.lines):
            return False
        under = self.lines[self.at + 1].text
        return "|" in under and "-" in under and all(ALIGNMENT.fullmatch(c.strip()) for c in under.strip("|").split("|"))

    def _columns(self) -> bool:
        """Rows of plain text whose columns are set apart by blanks."""
        if self.markdown:
            return False
        rows: list[list[Line]] = []
        while self.at + len(rows) < len(self.lines):
            cells = blank_cells(self.lines[self.at + len(rows)])
            if len(cells) < 2 or rows and not aligned(rows[0], cells):
                break
            rows.append(cells)
        if len(rows) < 3:
            return False
        header = [c.text for c in rows[0]]
        for n, row in enumerate(rows):
            self.pieces += row_pieces(row, header if n else [])
        self.at += len(rows)
        return True

    def _capitals(self) -> bool:
        """A lone line in capitals heads what follows, in texts that have no other way to say so."""
        line = self.lines[self.at]
        if self.markdown or len(line.text) > 90 or not _CAPITALS.fullmatch(line.text) or line.text.endswith((",", ";", ":")):
            return False
        if line.text in _CONNECTING:
            return False
        if not self._alone(self.at) or sum(c.isalpha() for c in line.text) < 3 or "__" in line.text:
            return False
        self._head(line.text, 1 if not self._headed and not self.pieces else 2, 0)
        return True

    def _alone(self, at: int) -> bool:
        above, below = (self.lines[n].text if 0 <= n < len(self.lines) else "" for n in (at - 1, at + 1))
        return not above and not below

    def _paragraph(self) -> None:
        """A paragraph or an item: the lines that run on from each other."""
        first = self.lines[self.at]
        quoted = _QUOTE.match(first.text) if self.markdown else None
        found = marker_of(first.text, self.markdown)
        count = 1
        while self.at + count < len(self.lines) and self._runs_on(
            self.lines[self.at + count - 1], self.lines[self.at + count], first, found is not None
        ):
            count += 1
        gap = LINE_GAP if self.at and self.lines[self.at - 1].text and self.pieces else PARAGRAPH_GAP
        kind = BlockKind.PARAGRAPH if found is None else BlockKind.LIST_ITEM
        level = first.indent // 2 + 1 if found else 0
        number = found.number if found else None
        self._add(kind, count, skip=len(found.prefix) if found else quoted.end() if quoted else 0, level=level, number=number, gap=gap)

    def _runs_on(self, before: Line, line: Line, first: Line, item: bool) -> bool:
        if not line.text or _HEADING.fullmatch(line.text) or line.text.startswith("|") or _RULE.fullmatch(line.text):
            return False
        if self.markdown and (_NOTE.match(line.text) or bool(_QUOTE.match(line.text)) != bool(_QUOTE.match(first.text))):
            return False
        if marker_of(line.text, self.markdown) and (line.indent <= first.indent or item or self.markdown):
            return False
        if self.markdown:
            return not _FENCE.match(line.text)
        return wrapped(before.text, line.text, self._width) or item and line.indent > first.indent


def _fact(name: str) -> str:
    return re.sub(r"[ _-]", " ", name.lower()).replace("modified", "updated")
