"""The words of a PDF page with their boxes and how they are drawn, read a word at a time because a call for each character is slow."""

from __future__ import annotations

import ctypes
import math
import re
import struct
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdf

from domain.document import Box
from ingest.pdf_scene import Color, Scene, common, cut_off

#: What pdfium puts for a hyphen that ends a line.
HYPHEN = "\ufffe"
HYPHENS = "\x02\ufffe\u00ad"
#: Points; nobody reads smaller type.
_TINY = 1.5
#: Two colors that differ by less in each channel look alike.
_ALIKE = 12
_FAINT = 13
_WORD = re.compile(r"[^\s\x00]+")
_BAD = re.compile("[\ue000-\uefff\uf200-\uf8ff\ufffd\x01\x03-\x08\x0e-\x1f\x7f-\x9f]")
#: Radians by which upright type may lean.
_LEAN = 0.08
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufb1d-\ufdff\ufe70-\ufeff]")
#: The boxes of a first and of a last character.
_BOXES = struct.Struct("=8f")

#: (start, end, gap before) of a word, by character index.
_Span = tuple[int, int, str]
#: (start, end, text object, gap before) of a word or part of one.
_Piece = tuple[int, int, int, str]


@dataclass(frozen=True, slots=True)
class Type:
    """How one text object is set. ``quarter``: turned left so often by 90 degrees, None where it is askew. ``order``: when it is drawn.

    ``clip``: all that shows of it lies in there.
    """

    size: float
    bold: bool
    hidden: bool
    color: Color | None
    quarter: int | None
    order: int
    clip: Box | None = None


@dataclass(slots=True)
class Word:
    """``gap``: what stands before it: nothing, a blank or a line break."""

    text: str
    box: Box
    type: Type
    gap: str
    hidden: bool = False


@dataclass(slots=True)
class PageWords:
    """``quarter``: how the page is turned. ``garbled``: most characters mean nothing. ``layer``: invisible words over a scan."""

    words: list[Word]
    quarter: int
    garbled: bool
    layer: bool


def words_of(page: pdfium.PdfPage, scene: Scene) -> PageWords:
    """All words in pdfium's order, those that nobody sees among them."""
    text_page = page.get_textpage()
    try:
        reader = _Reader(text_page, page.get_cropbox(), scene)
        words = reader.words()
    finally:
        text_page.close()
    sizes = [len(w.text) for w in words]
    total, hidden = sum(sizes), sum(len(w.text) for w in words if w.hidden)
    layer = scene.scanned and hidden > 0.9 * total
    if layer:
        for word in words:
            word.hidden = word.type.size < _TINY
    quarters: Counter[int] = Counter()
    bad = seen = 0
    for word, size in zip(words, sizes, strict=True):
        if word.hidden:
            continue
        seen += size
        if word.type.quarter is not None:
            quarters[word.type.quarter] += size
        if not word.text.isascii() or not word.text.isprintable():
            bad += len(_BAD.findall(word.text))
    return PageWords(words, quarters.most_common(1)[0][0] if quarters else 0, bad > 0.5 * max(seen, 1), layer and total > 0)


@lru_cache(maxsize=1)
def _calls() -> tuple[Any, Any]:
    """(text object of a character, box of a character), bound so that a call makes no Python objects but its result."""
    address = [ctypes.cast(f, ctypes.c_void_p).value or 0 for f in (pdf.FPDFText_GetTextObject, pdf.FPDFText_GetLooseCharBox)]
    handle_of = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)(address[0])
    box_of = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)(address[1])
    return handle_of, box_of


def _gap(between: str) -> str:
    """What a word is told to stand behind."""
    if between in ("", " "):
        return between
    return "\n" if "\n" in between or "\r" in between else " " if between.strip("\0") else ""


class _Reader:
    def __init__(self, text_page: pdfium.PdfTextPage, crop: Box, scene: Scene) -> None:
        self._raw = text_page.raw
        self._page = ctypes.cast(text_page.raw, ctypes.c_void_p).value
        self._count = text_page.count_chars()
        left, bottom, right, top = crop
        self._sheet = (left - 5, bottom - 5, right + 5, top + 5)
        self._scene = scene
        self._types: dict[int, tuple[Type, Box | None]] = {}
        self._bolds: dict[int, bool] = {}
        self._float = ctypes.c_float()
        self._matrix = pdf.FS_MATRIX()
        self._inks = tuple(ctypes.c_uint() for _ in range(4))
        self._handle_of, self._box_of = _calls()

    def _text(self) -> str:
        """One UTF-16 unit for each character index."""
        buffer = (ctypes.c_ushort * (self._count + 1))()
        written = pdf.FPDFText_GetText(self._raw, 0, self._count, buffer)
        units = buffer[: max(written - 1, 0)]
        if len(units) == self._count:
            return "".join(map(chr, units))
        # Only where pdfium leaves characters out of its text do indices have to be asked one by one.
        return "".join(chr(min(pdf.FPDFText_GetUnicode(self._raw, n), 0xFFFD)) for n in range(self._count))

    def words(self) -> list[Word]:
        text = self._text()
        pieces: list[_Piece] = []
        line: list[_Span] = []
        at = 0
        for found in _WORD.finditer(text):
            start, end = found.span()
            gap = _gap(text[at:start])
            if gap == "\n" and line:
                pieces += self._pieces(text, line)
                line = []
            line.append((start, end, gap))
            at = end
        if line:
            pieces += self._pieces(text, line)
        return self._placed(text, pieces)

    def _pieces(self, text: str, line: list[_Span]) -> list[_Piece]:
        """The words of a line, or the parts of them that one text object draws each."""
        start, end = line[0][0], line[-1][1]
        if text.isascii() or not _RIGHT_TO_LEFT.search(text, start, end):
            return self._by_object(line, self._handle_of(self._page, start), self._handle_of(self._page, end - 1))
        return [piece for span in line for piece in self._runs(*span)]

    def _by_object(self, line: list[_Span], first: int | None, last: int | None) -> list[_Piece]:
        """Halves the line until both ends belong to one object: outside of right-to-left text an object's characters stand together."""
        if first == last:
            return [(start, end, first or 0, gap) for start, end, gap in line]
        if len(line) == 1:
            return self._runs(*line[0])
        half = len(line) // 2
        before, after = line[:half], line[half:]
        ends = self._handle_of(self._page, before[-1][1] - 1), self._handle_of(self._page, after[0][0])
        return self._by_object(before, first, ends[0]) + self._by_object(after, ends[1], last)

    def _runs(self, start: int, end: int, gap: str) -> list[_Piece]:
        """The stretches of a word that one text object draws each; nearly always one."""
        page, handle_of = self._page, self._handle_of
        handle = handle_of(page, start)
        if end - start == 1 or handle == handle_of(page, end - 1):
            return [(start, end, handle or 0, gap)]
        runs: list[_Piece] = [(start, start + 1, handle or 0, gap)]
        for index in range(start + 1, end):
            handle = handle_of(page, index)
            if handle == runs[-1][2] or not handle:
                runs[-1] = (runs[-1][0], index + 1, *runs[-1][2:])
            else:
                runs.append((index, index + 1, handle, ""))
        return runs

    def _placed(self, text: str, pieces: list[_Piece]) -> list[Word]:
        """The boxes of all first and last characters are written into one buffer, because reading each by its fields is slow."""
        buffer = ctypes.create_string_buffer(32 * len(pieces))
        page, box_of, at = self._page, self._box_of, ctypes.addressof(buffer)
        for start, end, _, _ in pieces:
            box_of(page, start, at)
            box_of(page, end - 1, at + 16)
            at += 32
        done: list[Word] = []
        types = self._types
        # pdfium's order is left, top, right, bottom.
        for (start, end, handle, gap), (left, d, c, bottom, a, top, right, b) in zip(pieces, _BOXES.iter_unpack(buffer.raw), strict=True):
            if handle not in types:
                kind = self._looked_up(start, handle, (left, bottom, c, d))
                types[handle] = (kind, self._safe(kind))
            kind, safe = types[handle]
            box = (a if a < left else left, b if b < bottom else bottom, c if c > right else right, d if d > top else top)
            seen = safe is not None and safe[0] <= box[0] and safe[1] <= box[1] and box[2] <= safe[2] and box[3] <= safe[3]
            done.append(Word(text[start:end], box, kind, gap, not seen and (kind.hidden or self._unseen(box, kind))))
        return done

    def _safe(self, kind: Type) -> Box | None:
        """Where words of the type are seen for certain; None where each has to be looked at."""
        scene, color = self._scene, kind.color
        pale = color is not None and min(color) > 255 - _ALIKE
        dark = color is None or scene.light and max(color) < 100
        if kind.hidden or not scene.areas and pale or scene.areas and kind.order and (not dark or kind.order < scene.last):
            return None
        return self._sheet if kind.clip is None else common(kind.clip, self._sheet)

    def _unseen(self, box: Box, kind: Type) -> bool:
        """Off the page, outside of what it is clipped to, in the color of what lies behind it, or with something drawn over it."""
        left, bottom, right, top = self._sheet
        if box[0] > right or box[1] > top or box[2] < left or box[3] < bottom:
            return True
        if kind.clip is not None and cut_off(box, kind.clip):
            return True
        scene, color = self._scene, kind.color
        if not scene.areas or not kind.order:
            return color is not None and not scene.areas and min(color) > 255 - _ALIKE
        if color is not None and not (scene.light and max(color) < 100):
            behind = scene.below(box, kind.order)
            if behind is not None and all(abs(a - b) < _ALIKE for a, b in zip(behind, color, strict=True)):
                return True
        return kind.order < scene.last and scene.covered(box, kind.order)

    def _looked_up(self, index: int, handle: int, box: Box) -> Type:
        angle = pdf.FPDFText_GetCharAngle(self._raw, index)
        quarter = round(-angle / (math.pi / 2))
        askew = abs(-angle - quarter * math.pi / 2) > _LEAN
        tall = abs(box[2] - box[0]) if quarter % 2 else abs(box[3] - box[1])
        size = tall if tall > 0 else pdf.FPDFText_GetFontSize(self._raw, index)
        if not handle:
            return Type(size, False, size < _TINY, None, None if askew else quarter % 4, 0)
        item = ctypes.cast(handle, pdf.FPDF_PAGEOBJECT)
        size = self._nominal(item, size)
        mode = pdf.FPDFTextObj_GetTextRenderMode(item)
        ask = pdf.FPDFPageObj_GetStrokeColor if mode == pdf.FPDF_TEXTRENDERMODE_STROKE else pdf.FPDFPageObj_GetFillColor
        known = bool(ask(item, *self._inks))
        red, green, blue, alpha = (i.value for i in self._inks)
        unseen = mode in (pdf.FPDF_TEXTRENDERMODE_INVISIBLE, pdf.FPDF_TEXTRENDERMODE_CLIP) or known and alpha < _FAINT or size < _TINY
        order = self._scene.orders.get(handle, 0)
        color, clip = (red, green, blue) if known else None, self._scene.clips.get(handle)
        return Type(size, self._bold(index, item), unseen, color, None if askew else quarter % 4, order, clip)

    def _nominal(self, item: object, tall: float) -> float:
        """The size the type is set in, as high as most fonts' boxes: fonts differ in how high theirs are."""
        pdf.FPDFTextObj_GetFontSize(item, self._float)
        pdf.FPDFPageObj_GetMatrix(item, self._matrix)
        size = 1.15 * self._float.value * math.hypot(self._matrix.c, self._matrix.d)
        return size if 0.6 * tall < size < 1.6 * tall else tall

    def _bold(self, index: int, item: object) -> bool:
        """Looked up once for each font."""
        key = ctypes.cast(pdf.FPDFTextObj_GetFont(item), ctypes.c_void_p).value or 0
        if key not in self._bolds:
            name = ctypes.create_string_buffer(128)
            pdf.FPDFText_GetFontInfo(self._raw, index, name, 128, ctypes.c_int())
            heavy = any(b in name.value.lower() for b in (b"bold", b"black", b"heavy"))
            self._bolds[key] = heavy or pdf.FPDFText_GetFontWeight(self._raw, index) >= 600
        return self._bolds[key]
