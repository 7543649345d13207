"""PDF files: printed lines put together to paragraphs, headings, items and table cells, each with its page and the boxes of its lines."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

import pypdfium2 as pdfium
import pypdfium2.raw as pdf

from domain.document import BlockKind
from domain.errors import DamagedSource, LimitExceeded
from ingest.canonical import LINE_GAP, Draft, Parsed, fix, one_line
from ingest.contents import without_contents
from ingest.limits import MAX_PAGES
from ingest.numbering import number_drafts
from ingest.pdf_furniture import furniture_of
from ingest.pdf_grid import grids_of
from ingest.pdf_lines import Line, lines_of
from ingest.pdf_paragraphs import Looks, paragraphs_of, piece, with_title
from ingest.table import Cell, table_drafts

_ENCRYPTED = (pdf.FPDF_ERR_PASSWORD, pdf.FPDF_ERR_SECURITY)


def parse_pdf(data: bytes, path: str) -> Iterator[Parsed]:
    """One document; raises DamagedSource (broken, encrypted, no text layer) and LimitExceeded."""
    try:
        book = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        code = getattr(error, "err_code", None)
        reason = "is encrypted: a password is needed" if code in _ENCRYPTED else "is damaged or cut short"
        raise DamagedSource(f"this PDF {reason} ({error})") from error
    try:
        if len(book) > MAX_PAGES:
            raise LimitExceeded(f"the PDF has more than {MAX_PAGES:,} pages")
        pages, heights, images = _pages(book)
        title = one_line(book.get_metadata_value("Title"))
    finally:
        book.close()
    if not any(line.text.strip() for lines in pages for line in lines):
        raise DamagedSource("no text found: the PDF has no text layer" + (", it is scanned and needs OCR" if images else " and needs OCR"))
    drafts = without_contents(with_title(_drafts(pages, heights)))
    text, blocks = fix(number_drafts(drafts))
    shown = next((d.text for d in drafts if d.kind is BlockKind.TITLE), "")
    yield Parsed(text, blocks, title=shown or title, notes=_notes(pages, images))


def _pages(book: pdfium.PdfDocument) -> tuple[list[list[Line]], list[float], int]:
    """Lines and height of each page, and how many pages are images."""
    pages: list[list[Line]] = []
    heights: list[float] = []
    images = 0
    for number in range(len(book)):
        try:
            page = book[number]
        except pdfium.PdfiumError:
            # One broken page among good ones: the others still count, and a note says so.
            pages.append([])
            heights.append(0.0)
            continue
        scanned = _is_image(page)
        images += scanned
        pages.append(lines_of(page, number + 1, grids_of(page), scanned=scanned))
        heights.append(page.get_height())
        page.close()
    return pages, heights, images


def _is_image(page: pdfium.PdfPage) -> bool:
    """Whether an image covers most of the page, as a scan does."""
    width, height = page.get_size()
    edges = tuple(ctypes.c_float() for _ in range(4))
    for number in range(min(pdf.FPDFPage_CountObjects(page.raw), 50)):
        handle = pdf.FPDFPage_GetObject(page.raw, number)
        if pdf.FPDFPageObj_GetType(handle) != pdf.FPDF_PAGEOBJ_IMAGE:
            continue
        pdf.FPDFPageObj_GetBounds(handle, *edges)
        left, bottom, right, top = (e.value for e in edges)
        if (right - left) * (top - bottom) > 0.6 * width * height:
            return True
    return False


def _notes(pages: list[list[Line]], images: int) -> tuple[str, ...]:
    notes = []
    empty = [n + 1 for n, lines in enumerate(pages) if not lines]
    if empty:
        notes.append(f"no text on page {', '.join(map(str, empty[:20]))}" + (": it may need OCR" if images else ""))
    if any(line.hidden for lines in pages for line in lines):
        notes.append("hidden text was found and set apart")
    return tuple(notes)


def _drafts(pages: list[list[Line]], heights: list[float]) -> list[Draft]:
    looks = Looks.of([line for lines in pages for line in lines if not line.hidden])
    furniture = furniture_of(pages, heights)
    drafts: list[Draft] = []
    running: list[Line] = []
    header: list[str] | None = None
    for lines in pages:
        aside = [line for line in lines if id(line) in furniture]
        rest = _marked(lines, furniture)
        for gridded, group in groupby(rest, key=lambda line: line.cell[0] if line.cell else -1):
            members = list(group)
            if gridded < 0:
                running += members
                continue
            drafts += paragraphs_of(running, looks)
            running = []
            cells, header = _table(members, looks, header if not drafts or drafts[-1].kind is BlockKind.TABLE_CELL else None)
            drafts += cells
        if aside and running:
            # A sentence may run on over the page's end: the furniture between its halves goes before it.
            done, running = _settled(running)
            drafts += paragraphs_of(done, looks)
        drafts += [replace(piece([line], BlockKind.FURNITURE, looks), gap=LINE_GAP) for line in aside]
    return drafts + paragraphs_of(running, looks)


def _marked(lines: list[Line], furniture: set[int]) -> list[Line]:
    """The lines that are no furniture; each knows whether some stood before it."""
    kept: list[Line] = []
    broken = False
    for line in lines:
        if id(line) in furniture:
            broken = True
            continue
        line.broken = broken and bool(kept)
        kept.append(line)
        broken = False
    return kept


def _settled(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """Lines before the last paragraph of a page, which may go on over leaf, and its own."""
    keep = max(0, len(lines) - 1)
    while (
        keep > 0
        and len(lines) - keep < 60
        and lines[keep - 1].page == lines[keep].page
        and lines[keep - 1].y0 - lines[keep].y0 < 1.35 * lines[keep].height
    ):
        keep -= 1
    return lines[:keep], lines[keep:]


def _table(lines: Sequence[Line], looks: Looks, header: list[str] | None) -> tuple[list[Draft], list[str] | None]:
    """Cells of one grid row by row, and its column headers for the page after."""
    cells: dict[tuple[int, int], list[Line]] = {}
    for line in lines:
        if line.cell is not None:
            cells.setdefault(line.cell[1:], []).append(line)
    rows = sorted({r for r, _ in cells})
    width = max(c for _, c in cells) + 1
    grid = [[_cell(cells.get((r, c), []), looks) for c in range(width)] for r in rows]
    first = [c.text for c in grid[0]]
    if header is not None and first == header:
        repeated = [Draft(BlockKind.FURNITURE, c.text, page=c.page, gap=LINE_GAP) for c in grid[0] if c.text]
        return repeated + table_drafts(grid[1:], header=header), header
    if header is not None and len(header) == width:
        return table_drafts(grid, header=header), header
    drafts = table_drafts(grid)
    return drafts, first if any(d.column for d in drafts) else None


def _cell(lines: list[Line], looks: Looks) -> Cell:
    pieces = [d for d in paragraphs_of(lines, looks, plain=True) if d.kind is not BlockKind.HIDDEN]
    hidden = tuple(line.text for line in lines if line.hidden)
    page = lines[0].page if lines else None
    return Cell(tuple(p.text for p in pieces), hidden=hidden, page=page, lines=tuple(p.lines for p in pieces))
