"""The printed lines of a PDF page with their boxes, as pdfium orders them; the cells of ruled tables come as lines of their own."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pypdfium2 as pdfium
import pypdfium2.raw as pdf

from domain.document import Box
from ingest.canonical import clean
from ingest.pdf_grid import Grid, cell_at

#: What pdfium puts for a hyphen that ends a line.
HYPHEN = "\ufffe"
_HYPHENS = "\x02\ufffe\u00ad"
#: Points; nobody reads smaller type.
_TINY = 1.5


@dataclass(slots=True)
class Line:
    """``bold``: the share of its characters. ``cell``: (grid, row, column) on the page. ``first``: width of its first word in points."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    bold: float
    page: int
    hidden: bool = False
    cell: tuple[int, int, int] | None = None
    first: float = 0.0
    #: A page number or a drawn rule stands between this line and the one before.
    broken: bool = False

    @property
    def box(self) -> Box:
        return (round(self.x0, 1), round(self.y0, 1), round(self.x1, 1), round(self.y1, 1))

    @property
    def height(self) -> float:
        return max(self.y1 - self.y0, 1.0)


@dataclass(frozen=True, slots=True)
class _Font:
    size: float
    bold: bool
    hidden: bool


@dataclass(slots=True)
class _Open:
    """A line being collected, one character after the other."""

    cell: tuple[int, int, int] | None
    hidden: bool
    chars: list[str] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    sizes: list[float] = field(default_factory=list)
    bold: int = 0
    #: Right edge and bottom of the last character that was drawn.
    right: float = 0.0
    base: float = 0.0
    space: bool = False


def lines_of(page: pdfium.PdfPage, number: int, grids: Sequence[Grid], *, scanned: bool) -> list[Line]:
    """``scanned``: the page is an image with an invisible text layer over it, which then counts as visible."""
    text_page = page.get_textpage()
    reader = _Reader(text_page, page.get_size(), scanned)
    lines = [_closed(o, number) for o in reader.read(grids)]
    text_page.close()
    return _joined([line for line in lines if line.text.strip()])


class _Reader:
    """One page's characters; fonts are looked up once for each text object."""

    def __init__(self, text_page: pdfium.PdfTextPage, size: tuple[float, float], scanned: bool) -> None:
        self._raw = text_page.raw
        self._count = text_page.count_chars()
        self._size = size
        self._scanned = scanned
        self._fonts: dict[int | None, _Font] = {}
        self._rect = pdf.FS_RECTF()

    def read(self, grids: Sequence[Grid]) -> list[_Open]:
        done: list[_Open] = []
        now: _Open | None = None
        for index in range(self._count):
            code = pdf.FPDFText_GetUnicode(self._raw, index)
            char = chr(code) if code < 0x110000 else ""
            if char in "\r\n\0":
                now = now if char == "\0" else None
                continue
            if char.isspace():
                if now is not None:
                    now.space = True
                continue
            font = self._font(index)
            pdf.FPDFText_GetLooseCharBox(self._raw, index, self._rect)
            box = (self._rect.left, self._rect.bottom, self._rect.right, self._rect.top)
            cell = cell_at(grids, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2) if grids else None
            if now is None or _breaks(now, box, font, cell):
                now = _Open(cell, font.hidden)
                done.append(now)
            _add(now, char, box, font)
        return done

    def _font(self, index: int) -> _Font:
        handle = pdf.FPDFText_GetTextObject(self._raw, index)
        key = ctypes.addressof(handle.contents) if handle else None
        if key not in self._fonts:
            self._fonts[key] = self._looked_up(index, handle)
        return self._fonts[key]

    def _looked_up(self, index: int, handle: object) -> _Font:
        size = pdf.FPDFText_GetFontSize(self._raw, index)
        name = ctypes.create_string_buffer(128)
        flags = ctypes.c_int()
        pdf.FPDFText_GetFontInfo(self._raw, index, name, 128, flags)
        bold = pdf.FPDFText_GetFontWeight(self._raw, index) >= 600 or any(b in name.value.lower() for b in (b"bold", b"black", b"heavy"))
        pdf.FPDFText_GetLooseCharBox(self._raw, index, self._rect)
        tall = abs(self._rect.top - self._rect.bottom)
        return _Font(tall if tall > 0 else size, bold, self._hidden(index, handle, tall or size))

    def _hidden(self, index: int, handle: object, tall: float) -> bool:
        """Drawn invisibly, in white, fully transparent, too small or off the page."""
        if handle and not self._scanned and pdf.FPDFTextObj_GetTextRenderMode(handle) == pdf.FPDF_TEXTRENDERMODE_INVISIBLE:
            return True
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        if pdf.FPDFText_GetFillColor(self._raw, index, red, green, blue, alpha) and (
            alpha.value == 0 or min(red.value, green.value, blue.value) >= 253
        ):
            return not self._scanned
        left, bottom, width, height = self._rect.left, self._rect.bottom, *self._size
        off = left > width + 5 or bottom > height + 5 or self._rect.right < -5 or self._rect.top < -5
        return tall < _TINY or off


def _breaks(now: _Open, box: Box, font: _Font, cell: tuple[int, int, int] | None) -> bool:
    """Whether a character starts a line of its own although pdfium reported no line break before it."""
    height = max(box[3] - box[1], 1.0)
    return now.cell != cell or now.hidden != font.hidden or abs(box[1] - now.base) > 0.7 * height or box[0] < now.right - 2 * height


def _add(now: _Open, char: str, box: Box, font: _Font) -> None:
    if now.chars:
        gap = box[0] - now.right
        # A tab or a run of blanks stays visible as two blanks, so that columns can be told later.
        if gap > 2.2 * font.size:
            now.chars.append("\t")
        elif now.space or gap > 0.3 * font.size:
            now.chars.append(" ")
    now.space = False
    now.chars.append(HYPHEN if char in _HYPHENS else char)
    now.boxes.append(box)
    now.sizes.append(font.size)
    now.bold += font.bold
    now.right, now.base = max(box[2], now.right), box[1]


def _closed(now: _Open, page: int) -> Line:
    # pdfium may hand over the two halves of a pair one by one.
    text = clean("".join(now.chars).encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    first = len(text.split(maxsplit=1)[0]) if text.split() else 0
    xs = [b[0] for b in now.boxes] + [b[2] for b in now.boxes]
    size = sorted(now.sizes)[len(now.sizes) // 2]
    width = max((b[2] for b in now.boxes[:first]), default=0.0) - now.boxes[0][0]
    bottom, top = min(b[1] for b in now.boxes), max(b[3] for b in now.boxes)
    return Line(text, min(xs), bottom, max(xs), top, size, now.bold / len(now.boxes), page, now.hidden, now.cell, width)


def _joined(lines: list[Line]) -> list[Line]:
    """Puts together what stands on one base line although pdfium saw two: superscripts, a number and its text."""
    done: list[Line] = []
    for line in lines:
        before = done[-1] if done else None
        if before is None or before.cell != line.cell or before.hidden != line.hidden or not _beside(before, line):
            done.append(line)
            continue
        gap = line.x0 - before.x1
        glue = "" if gap < 0.15 * line.size else " " if gap < 2.2 * max(line.size, before.size) else "\t"
        total = len(before.text) + len(line.text)
        bold = (before.bold * len(before.text) + line.bold * len(line.text)) / total
        big = before if len(before.text) >= len(line.text) else line
        bounds = (min(before.y0, line.y0), max(before.x1, line.x1), max(before.y1, line.y1))
        text = before.text + glue + line.text
        done[-1] = replace(before, text=text, y0=bounds[0], x1=bounds[1], y1=bounds[2], size=big.size, bold=bold)
    return done


def _beside(before: Line, line: Line) -> bool:
    overlap = min(before.y1, line.y1) - max(before.y0, line.y0)
    return overlap > 0.5 * min(before.height, line.height) and line.x0 >= before.x1 - 0.5 * line.size
