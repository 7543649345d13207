"""OpenDocument spreadsheets as grids: cells as shown, annotations, and which sheets, rows and columns are hidden."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from domain.document import BlockKind
from domain.errors import LimitExceeded
from ingest.canonical import Draft, one_line
from ingest.odf_names import attribute, count_of, q
from ingest.odf_runs import Context, Story, change_of, runs_of
from ingest.odf_styles import Styles
from ingest.paragraph import compose
from ingest.sheet_cells import MAX_CELLS
from ingest.sheet_grid import GridCell, Remark, grid_drafts
from ingest.slides_text import hidden_drafts

_FIGURES = ("float", "percentage", "currency", "date", "time", "boolean")
_HIDDEN = ("collapse", "filter")
_MAX_MERGED = 200
_GROUPS = frozenset(q(f"table:table-{n}") for n in ("rows", "row-group", "header-rows", "columns", "column-group", "header-columns"))


@dataclass(slots=True)
class Sheets:
    """``notes``: what is to be said of the document; ``cells``: how many were read so far."""

    styles: Styles
    notes: list[str] = field(default_factory=list)
    cells: int = 0

    def drafts(self, body: etree._Element) -> Iterator[Draft]:
        """Every sheet under its name."""
        tables = list(body.iterchildren(q("table:table")))
        for table in tables:
            name = one_line(attribute(table, "table:name"))
            inside = grid_drafts(self._grid(table, name))
            if self._is_hidden(table):
                self.notes.append(f"the sheet {name} is hidden")
                yield from hidden_drafts(inside)
            elif inside:
                if len(tables) > 1 or not name.lower().startswith(("sheet", "tabelle", "feuille")):
                    yield Draft(BlockKind.HEADING, name, level=1)
                yield from inside

    def _is_hidden(self, table: etree._Element) -> bool:
        style = self.styles.element("table", attribute(table, "table:style-name"))
        properties = style.find(q("style:table-properties")) if style is not None else None
        return properties is not None and attribute(properties, "table:display") == "false"

    def _grid(self, table: etree._Element, name: str) -> dict[tuple[int, int], GridCell]:
        grid: dict[tuple[int, int], GridCell] = {}
        hidden = _hidden_columns(table)
        at = 0
        for row in _within(table, q("table:table-row")):
            repeated = count_of(row, "table:number-rows-repeated")
            cells = list(self._row(row, hidden, name))
            for n in range(at + 1, at + 1 + (repeated if cells else 0)):
                for column, cell in cells:
                    grid[n, column] = cell if n == at + 1 else replace(cell, remarks=())
                if len(grid) > MAX_CELLS:
                    raise LimitExceeded(f"the workbook has more than {MAX_CELLS:,} filled cells; split it")
            at += repeated
        self._spread(table, grid)
        return grid

    def _row(self, row: etree._Element, hidden: list[tuple[int, int]], name: str) -> Iterator[tuple[int, GridCell]]:
        unseen = attribute(row, "table:visibility") in _HIDDEN
        column = 0
        for element in row.iterchildren(q("table:table-cell"), q("table:covered-table-cell")):
            repeated = count_of(element, "table:number-columns-repeated")
            cell = self._cell(element, f"{name} {row.sourceline} {column}") if element.tag == q("table:table-cell") else GridCell("")
            if cell.text or cell.remarks:
                self.cells += repeated
                if self.cells > MAX_CELLS:
                    raise LimitExceeded(f"the workbook has more than {MAX_CELLS:,} filled cells; split it")
                for n in range(column + 1, column + 1 + repeated):
                    yield n, replace(cell, hidden=cell.hidden or unseen or any(a <= n <= b for a, b in hidden))
            column += repeated

    def _cell(self, element: etree._Element, key: str) -> GridCell:
        look = self.styles.look("table-cell", attribute(element, "table:style-name"))
        kind = attribute(element, "office:value-type")
        composed = [compose(runs_of(p, Context(ground=True), Story(), self.styles).pieces) for p in element.iterchildren(q("text:p"))]
        text = "\n".join(c.text for c in composed if c.text)
        if kind == "date":
            text = attribute(element, "office:date-value").removesuffix("T00:00:00").replace("T", " ") or text
        unseen = look.hidden or look.pale and not look.ground
        if not text and any(a.kind is BlockKind.HIDDEN for c in composed for a in c.asides):
            text, unseen = "\n".join(a.text for c in composed for a in c.asides), True
        return GridCell(text, kind in _FIGURES, hidden=unseen, remarks=tuple(_remarks(element, key)))

    def _spread(self, table: etree._Element, grid: dict[tuple[int, int], GridCell]) -> None:
        """Lets the cells below and beside a merged one repeat its text."""
        row = 0
        for element in _within(table, q("table:table-row")):
            row += 1
            column = 0
            for cell in element.iterchildren(q("table:table-cell"), q("table:covered-table-cell")):
                column += 1
                down, across = count_of(cell, "table:number-rows-spanned"), count_of(cell, "table:number-columns-spanned")
                first = grid.get((row, column))
                if first is not None and 1 < down * across <= _MAX_MERGED:
                    for n in range(down * across):
                        place = row + n // across, column + n % across
                        grid.setdefault(place, GridCell("", hidden=first.hidden, repeats=first.text, wide=place[1] > column))
                column += count_of(cell, "table:number-columns-repeated") - 1
            row += count_of(element, "table:number-rows-repeated") - 1


def _remarks(cell: etree._Element, key: str) -> Iterator[Remark]:
    for n, annotation in enumerate(cell.iterchildren(q("office:annotation"))):
        text = one_line(" ".join("".join(map(str, p.itertext())) for p in annotation.iter(q("text:p"))))
        if text:
            said = change_of(annotation)
            yield Remark(f"{key} {n}", text, said.author, said.at)


def _hidden_columns(table: etree._Element) -> list[tuple[int, int]]:
    found, at = [], 0
    for column in _within(table, q("table:table-column")):
        repeated = count_of(column, "table:number-columns-repeated")
        if attribute(column, "table:visibility") in _HIDDEN:
            found.append((at + 1, at + repeated))
        at += repeated
    return found


def _within(table: etree._Element, tag: str) -> Iterator[etree._Element]:
    for child in table:
        if child.tag == tag:
            yield child
        elif child.tag in _GROUPS:
            yield from _within(child, tag)
