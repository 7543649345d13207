"""One sheet of an XLSX workbook as a grid: values as shown, merged cells, comments, and which rows and columns are hidden."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from lxml import etree

from domain.errors import DamagedSource, LimitExceeded
from ingest.limits import MAX_CHARS
from ingest.sheet_grid import GridCell, Remark
from ingest.sheet_numbers import shown
from ingest.sheet_styles import PLAIN, CellStyle

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_FLAGS = ("1", "true")
#: Filled cells of one workbook; more than a reader's parent could be told of.
MAX_CELLS = 200_000
#: Cells that a merged one reaches over, for which its text is a header.
_MAX_MERGED = 200
_MAX_MERGES = 10_000
_MAX_COLUMNS = 16_384
_WATCHED = ("{*}row", "{*}col", "{*}mergeCell", "{*}sheetFormatPr")
_BOOLEANS = {"1": "TRUE", "0": "FALSE"}

Area = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Book:
    """What the sheets of a workbook share."""

    strings: Sequence[str]
    styles: Sequence[CellStyle]
    from_1904: bool = False


@dataclass(slots=True)
class Sheet:
    """``cells`` by (row, column), both from 1. ``unknown``: formulas whose result the file does not hold."""

    cells: dict[tuple[int, int], GridCell] = field(default_factory=dict)
    unknown: int = 0
    size: int = 0
    _columns: bytearray = field(default_factory=lambda: bytearray(_MAX_COLUMNS + 1))
    _merged: list[Area] = field(default_factory=list)
    _row: int = 0


def sheet_of(data: bytes, book: Book, remarks: dict[tuple[int, int], list[Remark]], painted: Sequence[Area]) -> Sheet:
    """The sheet. ``painted``: areas that a table style colours. Raises DamagedSource and LimitExceeded."""
    sheet = Sheet()
    try:
        events = etree.iterparse(io.BytesIO(data), tag=_WATCHED, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        for _, element in events:
            if not sheet.cells and element.getroottree().docinfo.internalDTD is not None:
                raise DamagedSource("a sheet of this workbook declares a document type and is not to be trusted")
            _take(sheet, element, book, painted)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DamagedSource(f"a sheet of this workbook is damaged: {error}") from error
    for place, found in remarks.items():
        sheet.cells[place] = replace(sheet.cells.get(place, GridCell("")), remarks=tuple(found))
    _spread(sheet)
    return sheet


def place_of(reference: str) -> tuple[int, int] | None:
    """Row and column of a reference such as "B7"."""
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


def area_of(reference: str) -> Area | None:
    """First row, first column, last row and last column of a reference such as "B2:D9"."""
    first, _, last = reference.partition(":")
    start, end = place_of(first), place_of(last or first)
    return (*start, *end) if start and end else None


def text_of(element: etree._Element) -> str:
    """The runs of a rich text, without the readings printed above Japanese."""
    parts = []
    for child in element:
        name = etree.QName(child).localname
        if name == "t":
            parts.append(child.text or "")
        elif name == "r":
            parts += [t.text or "" for t in child.iterfind("{*}t")]
    return "".join(parts)


def _take(sheet: Sheet, element: etree._Element, book: Book, painted: Sequence[Area]) -> None:
    name = etree.QName(element).localname
    if name == "col":
        if element.get("hidden") in _FLAGS or element.get("width") in ("0", "0.0"):
            first, last = max(1, int(element.get("min", "1"))), min(int(element.get("max", "1")), _MAX_COLUMNS)
            if first <= last:
                sheet._columns[first : last + 1] = b"\1" * (last + 1 - first)
    elif name == "mergeCell":
        if len(sheet._merged) < _MAX_MERGES and (area := area_of(element.get("ref", ""))):
            sheet._merged.append(area)
    elif name == "row":
        _take_row(sheet, element, book, painted)
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _take_row(sheet: Sheet, row: etree._Element, book: Book, painted: Sequence[Area]) -> None:
    stated = row.get("r", "")
    sheet._row = int(stated) if stated.isdecimal() else sheet._row + 1
    hidden = row.get("hidden") in _FLAGS or row.get("ht") in ("0", "0.0")
    column = 0
    for element in row:
        place = place_of(element.get("r", ""))
        column = place[1] if place else column + 1
        style_number = element.get("s", "")
        style = book.styles[int(style_number)] if style_number.isdecimal() and int(style_number) < len(book.styles) else PLAIN
        text, figure = _value(element, book, style)
        if not text.strip():
            sheet.unknown += element.find("{*}f") is not None and element.find("{*}v") is None
            continue
        at = sheet._row, column
        unseen = hidden or column <= _MAX_COLUMNS and bool(sheet._columns[column]) or style.tiny or figure and style.form.conceals
        unseen = unseen or style.pale and not any(a <= at[0] <= c and b <= at[1] <= d for a, b, c, d in painted)
        sheet.cells[at] = GridCell(text, figure, style.strong, unseen)
        sheet.size += len(text)
        if sheet.size > MAX_CHARS:
            raise LimitExceeded(f"the text is longer than {MAX_CHARS:,} characters")
        if len(sheet.cells) > MAX_CELLS:
            raise LimitExceeded(f"the workbook has more than {MAX_CELLS:,} filled cells; split it")


def _value(element: etree._Element, book: Book, style: CellStyle) -> tuple[str, bool]:
    """What the cell shows, and whether that is a figure. Formulas show what was stored for them."""
    kind = element.get("t", "n")
    if kind == "inlineStr":
        inline = element.find("{*}is")
        return (text_of(inline) if inline is not None else ""), False
    value = (element.findtext("{*}v") or "").strip() if kind != "str" else element.findtext("{*}v") or ""
    if kind == "s":
        return (book.strings[int(value)] if value.isdecimal() and int(value) < len(book.strings) else ""), False
    if kind == "b":
        return _BOOLEANS.get(value, value), True
    if kind == "d":
        return value.removesuffix("T00:00:00").replace("T", " "), True
    if kind in ("str", "e") or not value:
        return value, False
    try:
        number = float(value)
        return (shown(number, style.form, from_1904=book.from_1904) if abs(number) < 1e300 else value), True
    except ValueError:
        return value, False


def _spread(sheet: Sheet) -> None:
    """Lets the cells below and beside a merged one repeat its text, as far as the sheet is filled."""
    for top, left, bottom, right in sheet._merged:
        first = sheet.cells.get((top, left))
        if first is None or not first.text or (bottom - top + 1) * (right - left + 1) > _MAX_MERGED:
            continue
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row, column) not in sheet.cells and len(sheet.cells) <= 2 * MAX_CELLS:
                    sheet.cells[row, column] = GridCell("", hidden=first.hidden, repeats=first.text, wide=column > left)
