"""Tables whose cells are drafts already: marks and notes stay with their cell; frames and columns of numbers are read as plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from domain.document import BlockKind
from ingest.canonical import CELL_GAP, LINE_GAP, PARAGRAPH_GAP, Draft
from ingest.numbering import split_number
from ingest.table import Cell, table_drafts

#: Blocks that are the text of a cell.
CELL_KINDS = frozenset(
    {BlockKind.TITLE, BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.TABLE_CELL, BlockKind.FURNITURE}
)
_NUMBER_ONLY = re.compile(r"(?:\d{1,3}(?:\.\d{1,3})*|\([a-zA-Z0-9]{1,4}\)|[a-z]\)|[ivx]{1,5}\))\.?")
_BETWEEN = " / "


@dataclass(frozen=True, slots=True)
class RowCell:
    """``repeats``: the text of the cell that reaches over to here; ``spanned``: that cell stands in the same row.

    ``header``: the format says that it heads its column; ``heads_row``: that it heads its row.
    """

    drafts: list[Draft]
    repeats: str = ""
    spanned: bool = False
    header: bool = False
    heads_row: bool = False

    @property
    def shown(self) -> tuple[str, ...]:
        return tuple(d.text for d in self.drafts if d.kind in CELL_KINDS and d.text)

    @property
    def text(self) -> str:
        return " ".join(self.shown) or self.repeats


Row = list[RowCell]


def row_drafts(rows: Sequence[Row], *, furniture: bool = False) -> list[Draft]:
    """The blocks of a table, row by row."""
    if not furniture and _is_box(rows):
        return [d for row in rows for cell in row for d in cell.drafts]
    if not furniture and (numbered := _numbered(rows)):
        return numbered
    heads = next((n for n, row in enumerate(rows) if not _heads(row)), len(rows))
    if 0 < heads < len(rows) or any(c.heads_row for row in rows for c in row):
        made = iter(_headed(rows, heads))
    else:
        made = iter(table_drafts([[Cell(c.shown, repeats=c.repeats, header=c.header) for c in row] for row in rows]))
    done: list[Draft] = []
    for row in rows:
        for cell in row:
            done += _placed(cell, made)
    if not furniture:
        return done
    return [replace(d, kind=BlockKind.FURNITURE, number=None) if d.kind is BlockKind.TABLE_CELL else d for d in done]


def _heads(row: Row) -> bool:
    filled = [c for c in row if c.text]
    return len(filled) > 0 and all(c.header for c in filled)


def _headed(rows: Sequence[Row], heads: int) -> Iterator[Draft]:
    """A draft for each paragraph shown, under the headers that the format marks: ``heads`` rows of them, and cells that head rows."""
    columns: dict[int, list[str]] = {}
    for row in rows[:heads]:
        for n, cell in enumerate(row):
            if cell.text and cell.text not in columns.setdefault(n, []):
                columns[n].append(cell.text)
    first = True
    for r, row in enumerate(rows):
        names = [c.text for c in row if c.heads_row and c.text]
        named = _BETWEEN.join(dict.fromkeys(names)) or (row[0].text if row and r >= heads and heads else "")
        for n, cell in enumerate(row):
            gap = CELL_GAP if n else PARAGRAPH_GAP if first else LINE_GAP
            labels = (_BETWEEN.join(columns.get(n, [])), "" if cell.heads_row or not n else named) if r >= heads else ("", "")
            for k, text in enumerate(cell.shown):
                yield Draft(BlockKind.TABLE_CELL, text, column=labels[0] or None, row=labels[1][:300] or None, gap=LINE_GAP if k else gap)
                first = False


def _placed(cell: RowCell, made: Iterator[Draft]) -> Iterator[Draft]:
    """The cell's own drafts, with the place in the table that ``made`` found for each."""
    for draft in cell.drafts:
        if draft.kind in CELL_KINDS and draft.text:
            placed = next(made)
            yield replace(placed, prefix=draft.prefix, number=draft.number, marks=draft.marks, key=draft.key)
        else:
            yield draft


def _is_box(rows: Sequence[Row]) -> bool:
    """A frame drawn around text: no row has more than one cell."""
    return all(sum(not c.spanned for c in row) <= 1 for row in rows)


def _numbered(rows: Sequence[Row]) -> list[Draft]:
    """A table that only sets clause numbers in a column of their own, as the clauses that it shows; empty for any other table."""
    filled = [[c for c in row if c.text and not c.repeats] for row in rows]
    filled = [row for row in filled if row]
    pairs = [row for row in filled if len(row) == 2 and len(row[0].shown) == 1 and _NUMBER_ONLY.fullmatch(row[0].text)]
    sentences = sum(len(row[1].text) > 60 or row[1].text.endswith((".", ":", ";")) for row in pairs)
    if len(pairs) < 2 or len(pairs) < len([r for r in filled if len(r) > 1]) or sentences * 2 < len(pairs):
        return []
    done: list[Draft] = []
    for row in filled:
        drafts = [d for cell in row for d in cell.drafts]
        if any(row is pair for pair in pairs) and len(drafts) > 1 and drafts[1].kind in CELL_KINDS and not drafts[1].prefix:
            head, first, *rest = drafts
            found = split_number(f"{head.text} x")
            number = found.number if found else head.text.rstrip(".")
            kind = BlockKind.HEADING if first.kind is BlockKind.HEADING else BlockKind.PARAGRAPH
            drafts = [replace(first, kind=kind, prefix=f"{head.text} ", number=number), *rest]
        done += drafts
    return done
