"""Cells of a sheet as blocks: where its tables begin and end, which rows are their headers, and what stands around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from domain.document import BlockKind, MarkKind
from ingest.canonical import CELL_GAP, LINE_GAP, PARAGRAPH_GAP, Draft, DraftMark, clean

_SENTENCE_END = re.compile(r"[.!?;:]$|\.\s")
#: Longer than this a text names no column, and no table.
_MAX_HEADER = 80
_MAX_ROW_NAME = 300
#: A cell in a name column that only counts the rows.
_COUNT = re.compile(r"#?\d{1,6}[.)]?")


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment on a cell; ``key`` is its own among all comments of the file."""

    key: str
    text: str
    author: str = ""
    at: str | None = None


@dataclass(frozen=True, slots=True)
class GridCell:
    """``repeats``: the text of a merged cell that reaches to here from above or from the left; ``wide``: it came from the left.

    ``figure``: a number, date or truth value rather than words; ``strong``: in bold.
    """

    text: str
    figure: bool = False
    strong: bool = False
    hidden: bool = False
    remarks: tuple[Remark, ...] = ()
    repeats: str = ""
    wide: bool = False

    @property
    def name(self) -> str:
        return self.text or self.repeats


#: Filled cells by (row, column), in that order; rows and columns may leave gaps.
Grid = Mapping[tuple[int, int], GridCell]
_NOTHING = GridCell("")


@dataclass(frozen=True, slots=True)
class _Table:
    """Rows without a gap between them, over the columns that they fill."""

    rows: tuple[tuple[GridCell, ...], ...]
    columns: tuple[int, ...]

    def filled(self, row: Sequence[GridCell]) -> int:
        return sum(bool(c.text) and not c.hidden for c in row)


@dataclass(slots=True)
class _Layout:
    """``header``: by column, of the table before: it holds for the rows below a gap as well."""

    drafts: list[Draft] = field(default_factory=list)
    header: dict[int, str] = field(default_factory=dict)


def grid_drafts(grid: Grid) -> list[Draft]:
    """The blocks of one sheet, row by row."""
    layout = _Layout()
    tables = list(_tables(grid))
    for n, table in enumerate(tables):
        _lay(layout, table, more=len(table.rows) == 1 and n + 1 < len(tables))
    return layout.drafts


def _tables(grid: Grid) -> Iterator[_Table]:
    """Runs of rows that follow each other, cut where an empty column stands between two tables side by side."""
    rows: dict[int, dict[int, GridCell]] = {}
    for (row, column), cell in grid.items():
        if cell.text or cell.remarks or cell.repeats:
            rows.setdefault(row, {})[column] = cell
    run: list[dict[int, GridCell]] = []
    last = None
    for number in sorted(rows):
        if not any(c.text or c.remarks for c in rows[number].values()):
            continue
        if run and number != (last or 0) + 1:
            yield from _side_by_side(run)
            run = []
        run.append(rows[number])
        last = number
    if run:
        yield from _side_by_side(run)


def _side_by_side(rows: Sequence[dict[int, GridCell]]) -> Iterator[_Table]:
    used = sorted({c for row in rows for c, cell in row.items() if cell.text or cell.remarks})
    groups: list[list[int]] = []
    for column in used:
        if groups and (column == groups[-1][-1] + 1 or not _names_rows(rows, column, used)):
            groups[-1].append(column)
        else:
            groups.append([column])
    for group in groups:
        cells = [tuple(row.get(c, _NOTHING) for c in group) for row in rows]
        yield _Table(tuple(r for r in cells if any(c.text or c.remarks for c in r)), tuple(group))


def _names_rows(rows: Sequence[dict[int, GridCell]], column: int, used: Sequence[int]) -> bool:
    """Whether a table of its own begins at a column after a gap: it has words on its left, and columns to its right."""
    cells = [row[column] for row in rows if column in row and row[column].text]
    words = sum(not c.figure for c in cells)
    return column + 1 in used and len(cells) >= 2 and words * 4 >= len(cells) * 3


def _lay(layout: _Layout, table: _Table, *, more: bool) -> None:
    """``more``: a single row that another table follows."""
    rows = list(table.rows)
    first_gap = PARAGRAPH_GAP
    lines = next((n for n, row in enumerate(rows) if table.filled(row) > 1), len(rows))
    for row in rows[:lines]:
        _alone(layout, row, more=more or lines < len(rows))
    rows = rows[lines:]
    depth = _header_rows(rows)
    if depth:
        layout.header = {}
        for row in rows[:depth]:
            _lay_row(layout, row, [""] * len(row), first_gap, named=False)
            first_gap = LINE_GAP
        layout.header = dict(zip(table.columns, _joined(rows[:depth]), strict=True))
    elif not set(table.columns) <= set(layout.header):
        layout.header = {}
    names = [layout.header.get(c, "") for c in table.columns]
    for row in rows[depth:]:
        if table.filled(row) == 1 and len(row) > 1 and _is_prose(next(c.text for c in row if c.text and not c.hidden)):
            _alone(layout, row, more=False)
        else:
            _lay_row(layout, row, names, first_gap, named=bool(layout.header) or len(row) == 2)
        first_gap = LINE_GAP


def _is_prose(text: str) -> bool:
    return len(text) > _MAX_HEADER


def _alone(layout: _Layout, row: Sequence[GridCell], *, more: bool) -> None:
    """A row with one filled cell: the name of the table below it, or a line of text."""
    for cell in row:
        if cell.hidden or not cell.text:
            layout.drafts += _drafts_of(cell, BlockKind.TABLE_CELL, PARAGRAPH_GAP)
            continue
        short = more and not cell.figure and len(cell.text) <= _MAX_HEADER and not _SENTENCE_END.search(cell.text)
        kind = BlockKind.HEADING if short else BlockKind.PARAGRAPH
        drafts = _drafts_of(cell, kind, PARAGRAPH_GAP)
        layout.drafts += [replace(d, level=2) if d.kind is BlockKind.HEADING else d for d in drafts]
    _say_remarks(layout, row)


def _header_rows(rows: Sequence[Sequence[GridCell]]) -> int:
    """How many rows name the columns: none, one, or two where the upper one spans several columns."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return 0
    first = [c for c in rows[0] if not c.hidden]
    filled = [c for c in first if c.text]
    if len(filled) < 2 and not any(c.wide for c in first):
        return 0
    # The upper left corner and a column of remarks are often without a name.
    if sum(bool(c.name) for c in first) * 3 < len(first) * 2 or not all(_names_column(c) for c in filled):
        return 0
    if _is_form(rows):
        return 0
    if len(rows) > 2 and any(c.wide for c in first):
        below = [c for c in rows[1] if c.text and not c.hidden]
        if len(below) >= 2 and all(_names_column(c) for c in below):
            return 2
    return 1


def _is_form(rows: Sequence[Sequence[GridCell]]) -> bool:
    """Two columns of names and what they stand for, without a header."""
    pairs = [row for row in rows if len(row) == 2 and row[0].text and row[1].text]
    if len(pairs) < len(rows) - 1:
        return False
    labels = [row[0] for row in pairs]
    return all(c.text.endswith(":") for c in labels) or all(c.strong for c in labels) and not all(row[1].strong for row in pairs[:1])


def _names_column(cell: GridCell) -> bool:
    if cell.figure:
        # Years and dates name columns; amounts do not.
        return bool(re.fullmatch(r"(?:19|20)\d\d(?:-\d\d){0,2}", cell.text))
    return len(cell.text) <= _MAX_HEADER and not re.search(r"[.!;]$|\.\s", cell.text)


def _joined(rows: Sequence[Sequence[GridCell]]) -> list[str]:
    return [" ".join(dict.fromkeys(" ".join(row[n].name.split()) for row in rows if row[n].name)) for n in range(len(rows[0]))]


def _row_name(row: Sequence[GridCell]) -> tuple[int, str]:
    """Which cell names the row, and how: the first one, or the words after it where it only counts."""
    for n, cell in enumerate(row[:3]):
        if cell.name and not cell.hidden:
            after = row[n + 1] if n + 1 < len(row) else _NOTHING
            if _COUNT.fullmatch(cell.name) and after.text and not after.figure and len(after.text) <= _MAX_HEADER:
                return n + 1, after.text
            return n, cell.name
    return 0, ""


def _lay_row(layout: _Layout, row: Sequence[GridCell], names: Sequence[str], gap: str, *, named: bool) -> None:
    at, name = _row_name(row) if named else (0, "")
    name = " ".join(name.split())[:_MAX_ROW_NAME]
    for n, cell in enumerate(row):
        if drafts := _drafts_of(cell, BlockKind.TABLE_CELL, gap, (names[n] or None, name if n != at and name else None)):
            layout.drafts += drafts
            gap = CELL_GAP
    _say_remarks(layout, row)


def _drafts_of(cell: GridCell, kind: BlockKind, gap: str, headers: tuple[str | None, str | None] = (None, None)) -> list[Draft]:
    """One block for each line of the cell; its comments mark all of them. ``headers``: of its column and row."""
    if not cell.text:
        return []
    if cell.figure and not cell.hidden and not cell.remarks and cell.text.isprintable():
        # Most cells of large sheets.
        return [Draft(kind, cell.text, gap=gap, column=headers[0], row=headers[1])]
    texts = [t for line in clean(cell.text).split("\n") if (t := " ".join(line.split()))]
    if cell.hidden:
        return [Draft(BlockKind.HIDDEN, text, gap=LINE_GAP) for text in texts]
    drafts = []
    for n, text in enumerate(texts):
        marks = tuple(DraftMark(MarkKind.COMMENT, 0, len(text), author=r.author, at=r.at, target=r.key) for r in cell.remarks)
        drafts.append(Draft(kind, text, column=headers[0], row=headers[1], gap=gap if n == 0 else LINE_GAP, marks=marks))
    return drafts


def _say_remarks(layout: _Layout, row: Sequence[GridCell]) -> None:
    """The comments on a row's cells, as blocks right after it."""
    for cell in row:
        for remark in cell.remarks:
            text = " ".join(clean(remark.text).split())
            kind = BlockKind.HIDDEN if cell.hidden else BlockKind.COMMENT
            layout.drafts.append(Draft(kind, text, gap=LINE_GAP, key=remark.key))
