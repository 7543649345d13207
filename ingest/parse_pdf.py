"""PDF files: printed lines put together to paragraphs, headings, items and table cells, each with its page and the boxes of its lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

import pypdfium2 as pdfium
import pypdfium2.raw as pdf

from domain.document import BlockKind
from domain.errors import DamagedSource, LimitExceeded
from ingest.canonical import LINE_GAP, Draft, Parsed, fixed, one_line, with_text
from ingest.contents import lists_pages, without_contents
from ingest.limits import MAX_PAGES
from ingest.numbering import number_drafts
from ingest.pdf_align import with_aligned
from ingest.pdf_annotations import Note, notes_of, with_notes
from ingest.pdf_columns import in_columns
from ingest.pdf_furniture import furniture_of
from ingest.pdf_grid import grids_of
from ingest.pdf_lines import Line, lines_of, turned
from ingest.pdf_notes import footnotes_of, marker_of, with_references
from ingest.pdf_paragraphs import Looks, paragraphs_of, piece, with_title
from ingest.pdf_scene import scene_of
from ingest.pdf_words import words_of
from ingest.table import Cell, table_drafts

#: What pdfium reports for a file that it could take apart and in which it then found no pages.
_SAYS_NOTHING = (pdf.FPDF_ERR_SUCCESS,)
_ENCRYPTED = (pdf.FPDF_ERR_PASSWORD, pdf.FPDF_ERR_SECURITY)


def parse_pdf(data: bytes, path: str) -> Iterator[Parsed]:
    """One document; raises DamagedSource (broken, encrypted, no text layer) and LimitExceeded."""
    try:
        book = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        code = getattr(error, "err_code", None)
        if code in _ENCRYPTED:
            reason = f"is encrypted: a password is needed ({error})"
        elif code in _SAYS_NOTHING:
            reason = "has no page tree that can be read: open it in a viewer and save it anew"
        else:
            reason = f"is damaged or cut short ({error})"
        raise DamagedSource(f"this PDF {reason}") from error
    try:
        if len(book) > MAX_PAGES:
            raise LimitExceeded(f"the PDF has more than {MAX_PAGES:,} pages")
        read = _read(book)
        title = one_line(book.get_metadata_value("Title"))
    finally:
        book.close()
    if not read.notes and not any(line.text.strip() for lines in read.pages for line in lines):
        raise DamagedSource(
            "no text found: the PDF has no text layer" + (", it is scanned and needs OCR" if read.scans else " and needs OCR")
        )
    drafts = without_contents(with_title(_drafts(read.pages, read.heights)))
    done = fixed(with_notes(number_drafts(drafts), read.notes))
    shown = next((d.text for d in drafts if d.kind is BlockKind.TITLE), "")
    yield Parsed(
        done.text, done.blocks, title=shown or title, notes=_notes(read), marks=done.marks, unread_pages=tuple(read.unread)
    )  # fmt: skip


@dataclass(slots=True)
class _Book:
    """What was read of each page. ``unread``: pages that show something of which no text was found. ``layers``: those whose text lies
    over a scan."""

    pages: list[list[Line]] = field(default_factory=list)
    heights: list[float] = field(default_factory=list)
    unread: list[int] = field(default_factory=list)
    layers: list[int] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    scans: int = 0


def _read(book: pdfium.PdfDocument) -> _Book:
    done = _Book()
    form = _form(book)
    for number in range(1, len(book) + 1):
        try:
            page = book[number - 1]
        except pdfium.PdfiumError:
            # One broken page among good ones: the others still count, and a note says so.
            done.pages.append([])
            done.heights.append(0.0)
            done.unread.append(number)
            continue
        done.notes += notes_of(page, number, form)
        _read_page(done, page, number)
        page.close()
    return done


def _form(book: pdfium.PdfDocument) -> pdfium.PdfFormEnv | None:
    """What is asked for the values of form fields; None for a file without a form."""
    if book.get_formtype() == pdf.FORMTYPE_NONE:
        return None
    book.init_forms()
    return book.formenv


def _read_page(done: _Book, page: pdfium.PdfPage, number: int) -> None:
    scene = scene_of(page)
    words = words_of(page, scene)
    left, bottom, right, top = page.get_cropbox()
    size = (right - left, top - bottom)
    rules = [turned(rule, words.quarter, *size) for rule in scene.rules] if words.quarter else scene.rules
    lines = [] if words.garbled else in_columns(lines_of(words, number, grids_of(rules), size))
    done.pages.append(lines)
    done.heights.append(size[0] if words.quarter % 2 else size[1])
    done.scans += scene.scanned
    if words.layer:
        done.layers.append(number)
    read = any(not line.hidden for line in lines) or any(n.draft.page == number for n in done.notes)
    if scene.drawn and not read:
        done.unread.append(number)


def _notes(read: _Book) -> tuple[str, ...]:
    notes = []
    if read.unread:
        many = len(read.unread) > 1
        notes.append(f"page{'s' if many else ''} {_ranges(read.unread)} {'have' if many else 'has'} no text layer: needs OCR")
    if read.layers:
        notes.append(f"the text of page{'s' if len(read.layers) > 1 else ''} {_ranges(read.layers)} is the layer that OCR laid over a scan")
    if any(line.hidden for lines in read.pages for line in lines):
        notes.append("hidden text was found and set apart")
    return tuple(notes)


def _ranges(numbers: Sequence[int]) -> str:
    """ "1, 3-5" for 1, 3, 4, 5."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(r[0]) if len(r) == 1 else f"{r[0]}-{r[-1]}" for r in runs)


def _drafts(pages: list[list[Line]], heights: list[float]) -> list[Draft]:
    looks = Looks.of([line for lines in pages for line in lines if not line.hidden])
    furniture = furniture_of(pages, heights, looks.size)
    drafts: list[Draft] = []
    aside: list[Draft] = []
    running: list[Line] = []
    header: list[str] | None = None
    for lines in pages:
        notes = footnotes_of(lines, furniture, looks.size)
        aside += [_footnote(note, n, looks) for n, note in enumerate(notes)]
        aside += [replace(piece([line], BlockKind.FURNITURE, looks), gap=LINE_GAP) for line in lines if id(line) in furniture]
        for gridded, group in groupby(_body(lines, furniture, notes), key=lambda line: line.cell[0] if line.cell else -1):
            members = list(group)
            if gridded < 0:
                running += members
                continue
            drafts += paragraphs_of(running, looks)
            running = []
            cells, header = _table(members, looks, header if not drafts or drafts[-1].kind is BlockKind.TABLE_CELL else None)
            drafts += cells
    return _interleaved(drafts + paragraphs_of(running, looks), aside)


def _body(lines: list[Line], furniture: set[int], notes: list[list[Line]]) -> list[Line]:
    """The lines of a page's text, without furniture and footnotes; tables without rules are cut into cells."""
    below = {id(line) for note in notes for line in note}
    keys = {marker_of(note)[0]: _key(note, n) for n, note in enumerate(notes)}
    kept = _marked([line for line in lines if id(line) not in below], furniture)
    if keys:
        kept = [with_references(line, keys) if line.raised else line for line in kept]
    return with_aligned(kept, furniture)


def _key(note: list[Line], number: int) -> str:
    return f"p{note[0].page}f{number}"


def _footnote(note: list[Line], number: int, looks: Looks) -> Draft:
    label, prefix = marker_of(note)
    draft = piece(note, BlockKind.FOOTNOTE, looks)
    return replace(with_text(draft, draft.text[len(prefix) :], prefix), number=label, key=_key(note, number))


def _interleaved(drafts: Sequence[Draft], aside: Sequence[Draft]) -> list[Draft]:
    """Puts each page's furniture after what begins on the page: a sentence may run on over its end."""
    done: list[Draft] = []
    waiting = list(reversed(aside))
    for draft in drafts:
        while waiting and (waiting[-1].page or 0) < (draft.page or 0):
            done.append(waiting.pop())
        done.append(draft)
    return done + waiting[::-1]


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
    if lists_pages([[c.text for c in row if c.text] for row in grid]):
        texts = [c for row in grid for c in row if c.text]
        return [Draft(BlockKind.FURNITURE, c.text, page=c.page, gap=LINE_GAP) for c in texts], None
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
