"""Tables of any format: one block for each paragraph of a cell, each with the headers of its column and row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from domain.document import BlockKind, Box
from ingest.canonical import CELL_GAP, LINE_GAP, PARAGRAPH_GAP, Draft

_SENTENCE = re.compile(r"[.!?]$|\.\s")
#: Longer than this a first row is no header row.
_MAX_HEADER = 80


@dataclass(frozen=True, slots=True)
class Cell:
    """``header``: marked as one by the format. ``repeats``: the text of the cell above that reaches down to here.

    ``lines``: for each paragraph its (start, end, box) triples.
    """

    paragraphs: tuple[str, ...]
    header: bool = False
    hidden: tuple[str, ...] = ()
    repeats: str = ""
    page: int | None = None
    lines: tuple[tuple[tuple[int, int, Box], ...], ...] = ()

    @property
    def text(self) -> str:
        return " ".join(self.paragraphs) or self.repeats


def table_drafts(rows: Sequence[Sequence[Cell]], *, header: Sequence[str] | None = None) -> list[Draft]:
    """Blocks row by row. ``header``: the column headers where they stand elsewhere (on the page before)."""
    rows = [row for row in rows if any(c.text or c.hidden for c in row)]
    columns = list(header) if header is not None else _columns(rows)
    drafts: list[Draft] = []
    for n, row in enumerate(rows):
        is_header = header is None and n == 0 and bool(columns)
        name = row[0].text if row and columns and not is_header else ""
        if not columns and row and len(row) == 2:
            # A table of two columns without a header row names things on the left.
            name = row[0].text
        for m, cell in enumerate(row):
            column = columns[m] if m < len(columns) and not is_header else ""
            drafts += _cell_drafts(
                cell, column or None, name[:300] if m and name else None, (PARAGRAPH_GAP if n == 0 else LINE_GAP) if m == 0 else CELL_GAP
            )
    return drafts


def _cell_drafts(cell: Cell, column: str | None, row: str | None, gap: str) -> list[Draft]:
    drafts = []
    for n, text in enumerate(cell.paragraphs):
        lines = cell.lines[n] if n < len(cell.lines) else ()
        drafts.append(
            Draft(BlockKind.TABLE_CELL, text, page=cell.page, lines=lines, column=column, row=row, gap=gap if n == 0 else LINE_GAP)
        )
    return drafts + [Draft(BlockKind.HIDDEN, text, gap=LINE_GAP) for text in cell.hidden]


def _columns(rows: Sequence[Sequence[Cell]]) -> list[str]:
    """The texts of the header row, or nothing where the first row holds data."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return []
    first = [c.text for c in rows[0]]
    if all(c.header for c in rows[0]) and any(first):
        return first
    filled = [t for t in first if t]
    short = all(len(t) <= _MAX_HEADER and not _SENTENCE.search(t) for t in filled)
    return first if short and len(filled) >= len(first) - 1 and len(filled) >= 2 else []
