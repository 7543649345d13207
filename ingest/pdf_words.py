"""The words of a PDF page with their boxes and how they are drawn, read a word at a time because a call for each character is slow."""

from __future__ import annotations

import ctypes
import math
import re
import sys
from collections import Counter, deque
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, repeat
from operator import sub
from typing import Any, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as pdf

from domain.document import Box
from ingest.pdf_scene import Color, Scene, bound, common, cut_off

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
_STROKE = pdf.FPDF_TEXTRENDERMODE_STROKE
_INVISIBLE = (pdf.FPDF_TEXTRENDERMODE_INVISIBLE, pdf.FPDF_TEXTRENDERMODE_CLIP)
_UTF_16 = "utf-16-le" if sys.byteorder == "little" else "utf-16-be"


class Type(NamedTuple):
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


class Run(NamedTuple):
    """Neighbouring words of a line, from one number to before another, that one text object draws."""

    first: int
    end: int
    type: Type
    hidden: bool


@dataclass(slots=True)
class Places:
    """The words of a page in pdfium's order, by number: where each begins and ends in ``text``, what stands before it (nothing,
    a blank or a line break), and its edges.

    One list for each edge, because an object for each word is slow.
    """

    text: str
    starts: list[int]
    ends: list[int]
    gaps: list[str]
    lefts: list[float]
    bottoms: list[float]
    rights: list[float]
    tops: list[float]


@dataclass(slots=True)
class PageWords:
    """``quarter``: how the page is turned. ``garbled``: most characters mean nothing. ``layer``: invisible words over a scan."""

    places: Places
    runs: list[Run]
    quarter: int
    garbled: bool
    layer: bool


def words_of(page: pdfium.PdfPage, scene: Scene) -> PageWords:
    """All words in pdfium's order, those that nobody sees among them."""
    text_page = page.get_textpage()
    try:
        places, runs = _Reader(text_page, page.get_cropbox(), scene).words()
    finally:
        text_page.close()
    starts, ends = places.starts, places.ends
    sizes = [sum(ends[run.first : run.end]) - sum(starts[run.first : run.end]) for run in runs]
    total, hidden = sum(sizes), sum(size for run, size in zip(runs, sizes, strict=True) if run.hidden)
    layer = scene.scanned and hidden > 0.9 * total
    if layer:
        runs = [run._replace(hidden=run.type.size < _TINY) for run in runs]
    quarters: Counter[int] = Counter()
    bad = seen = 0
    doubtful = _BAD.search(places.text) is not None
    for run, size in zip(runs, sizes, strict=True):
        if run.hidden:
            continue
        seen += size
        if run.type.quarter is not None:
            quarters[run.type.quarter] += size
        if doubtful:
            bad += sum(len(_BAD.findall(places.text, starts[n], ends[n])) for n in range(run.first, run.end))
    quarter = quarters.most_common(1)[0][0] if quarters else 0
    return PageWords(places, runs, quarter, bad > 0.5 * max(seen, 1), layer and total > 0)


@lru_cache(maxsize=1)
def _calls() -> dict[str, Any]:
    """Pdfium's functions, bound so that a call makes no Python objects but its result.

    The first two are given a page by reference and an index, the rest addresses.
    """
    address, index, number = ctypes.c_void_p, ctypes.c_int, ctypes.c_float
    return {
        "handle": bound(pdf.FPDFText_GetTextObject, address),
        "box": bound(pdf.FPDFText_GetLooseCharBox, None),
        "angle": bound(pdf.FPDFText_GetCharAngle, number),
        "size": bound(pdf.FPDFTextObj_GetFontSize, index, address),
        "matrix": bound(pdf.FPDFPageObj_GetMatrix, index, address),
        "mode": bound(pdf.FPDFTextObj_GetTextRenderMode, index, address),
        "stroke": bound(pdf.FPDFPageObj_GetStrokeColor, index, address),
        "fill": bound(pdf.FPDFPageObj_GetFillColor, index, address),
        "font": bound(pdf.FPDFTextObj_GetFont, address, address),
    }


@lru_cache(maxsize=64)
def _gap(between: str) -> str:
    """What a word is told to stand behind."""
    if between in ("", " "):
        return between
    return "\n" if "\n" in between or "\r" in between else " " if between.strip("\0") else ""


def _inside(box: Box, outer: Box) -> bool:
    return outer[0] <= box[0] and outer[1] <= box[1] and box[2] <= outer[2] and box[3] <= outer[3]


class _Reader:
    def __init__(self, text_page: pdfium.PdfTextPage, crop: Box, scene: Scene) -> None:
        self._raw = text_page.raw
        self._page = ctypes.byref(text_page.raw.contents)
        self._count = text_page.count_chars()
        left, bottom, right, top = crop
        self._sheet = (left - 5, bottom - 5, right + 5, top + 5)
        self._scene = scene
        self._types: dict[int, tuple[Type, Box | None]] = {}
        self._bolds: dict[int, bool] = {}
        #: What of the page shows of words that are clipped so.
        self._clipped: dict[Box, Box] = {}
        self._floats = (ctypes.c_float * 7)()
        self._size, self._matrix = ctypes.byref(self._floats, 24), ctypes.byref(self._floats)
        self._inks = (ctypes.c_uint * 4)()
        self._ink = [ctypes.byref(self._inks, at) for at in range(0, 16, 4)]
        self._ask = _calls()
        self._handle_of = self._ask["handle"]
        #: Where the words begin and end, and what stands before each.
        self._words: tuple[tuple[int, ...], ...] = ((), ())
        self._before: list[str] = []
        #: Of each word or part of one; and (first, end, text object) of the stretches that one object draws on a line.
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._gaps: list[str] = []
        self._drawn: list[tuple[int, int, int]] = []

    def _text(self) -> str:
        """One UTF-16 unit for each character index."""
        buffer = (ctypes.c_ushort * (self._count + 1))()
        written = max(pdf.FPDFText_GetText(self._raw, 0, self._count, buffer) - 1, 0)
        if written == self._count:
            units = bytes(buffer)[: 2 * written]
            # Two halves of a pair must not become one character.
            text = units.decode(_UTF_16, "replace")
            return text if len(text) == written and "\ufffd" not in text else "".join(map(chr, buffer[:written]))
        # Only where pdfium leaves characters out of its text do indices have to be asked one by one.
        return "".join(chr(min(pdf.FPDFText_GetUnicode(self._raw, n), 0xFFFD)) for n in range(self._count))

    def words(self) -> tuple[Places, list[Run]]:
        text = self._text()
        spans = [found.span() for found in _WORD.finditer(text)]
        if not spans:
            return self._placed(text)
        self._words = starts, ends = tuple(zip(*spans, strict=True))
        gaps = self._before = [_gap(text[end:start]) for end, start in zip((0, *ends), starts, strict=False)]
        breaks = [n for n, gap in enumerate(gaps) if gap == "\n" and n]
        mixed = not text.isascii() and _RIGHT_TO_LEFT.search(text) is not None
        for first, end in pairwise([0, *breaks, len(spans)]):
            if mixed and _RIGHT_TO_LEFT.search(text, starts[first], ends[end - 1]):
                for n in range(first, end):
                    self._word(starts[n], ends[n], gaps[n])
            else:
                self._line(first, end, self._handle_of(self._page, starts[first]), self._handle_of(self._page, ends[end - 1] - 1))
        return self._placed(text)

    def _line(self, start: int, stop: int, first: int | None, last: int | None) -> None:
        """Halves a line until both ends belong to one object: outside of right-to-left text an object's characters stand together.

        ``start``, ``stop``: its words. ``first``, ``last``: the objects at its ends.
        """
        starts, ends = self._words
        if first == last:
            done = len(self._starts)
            self._drawn.append((done, done + stop - start, first or 0))
            self._starts += starts[start:stop]
            self._ends += ends[start:stop]
            self._gaps += self._before[start:stop]
        elif stop - start == 1:
            self._word(starts[start], ends[start], self._before[start])
        else:
            half = start + (stop - start) // 2
            before, after = self._handle_of(self._page, ends[half - 1] - 1), self._handle_of(self._page, starts[half])
            self._line(start, half, first, before)
            self._line(half, stop, after, last)

    def _word(self, start: int, end: int, gap: str) -> None:
        """A word by the stretches that one text object draws each; nearly always one."""
        page, handle_of = self._page, self._handle_of
        handle = handle_of(page, start) or 0
        if end - start == 1 or handle == (handle_of(page, end - 1) or 0):
            self._part(start, end, handle, gap)
            return
        began = start
        for index in range(start + 1, end):
            now = handle_of(page, index)
            if now and now != handle:
                self._part(began, index, handle, gap)
                began, handle, gap = index, now, ""
        self._part(began, end, handle, gap)

    def _part(self, start: int, end: int, handle: int, gap: str) -> None:
        self._drawn.append((len(self._starts), len(self._starts) + 1, handle))
        self._starts.append(start)
        self._ends.append(end)
        self._gaps.append(gap)

    def _placed(self, text: str) -> tuple[Places, list[Run]]:
        """The boxes of all first and last characters are written into one buffer, because reading each by its fields is slow."""
        count = len(self._starts)
        corners = (ctypes.c_float * (8 * count))()
        box_of, page, to = self._ask["box"], self._page, ctypes.byref
        # A loop of the interpreter's takes as long again as the calls.
        deque(map(box_of, repeat(page), self._starts, map(to, repeat(corners), range(0, 32 * count, 32))), 0)
        deque(map(box_of, repeat(page), map(sub, self._ends, repeat(1)), map(to, repeat(corners), range(16, 32 * count, 32))), 0)
        edges = corners[:]
        # pdfium's order is left, top, right, bottom.
        lefts = [b if b < a else a for a, b in zip(edges[0::8], edges[4::8], strict=True)]
        tops = [a if a > b else b for a, b in zip(edges[1::8], edges[5::8], strict=True)]
        rights = [a if a > b else b for a, b in zip(edges[2::8], edges[6::8], strict=True)]
        bottoms = [b if b < a else a for a, b in zip(edges[3::8], edges[7::8], strict=True)]
        places = Places(text, self._starts, self._ends, self._gaps, lefts, bottoms, rights, tops)
        runs: list[Run] = []
        types = self._types
        whole = (min(lefts), min(bottoms), max(rights), max(tops)) if count else self._sheet
        for first, end, handle in self._drawn:
            if handle not in types:
                left, top, right, bottom = edges[8 * first : 8 * first + 4]
                kind = self._looked_up(self._starts[first], handle, (left, bottom, right, top))
                types[handle] = (kind, self._safe(kind))
            kind, safe = types[handle]
            if kind.hidden or safe is not None and _inside(whole, safe):
                runs.append(Run(first, end, kind, kind.hidden))
            else:
                runs += self._shown(places, first, end, kind, safe)
        return places, runs

    def _shown(self, places: Places, first: int, end: int, kind: Type, safe: Box | None) -> list[Run]:
        """The words by whether they are seen."""
        lefts, bottoms, rights, tops = places.lefts, places.bottoms, places.rights, places.tops
        if safe is not None:
            around = (min(lefts[first:end]), min(bottoms[first:end]), max(rights[first:end]), max(tops[first:end]))
            if _inside(around, safe):
                return [Run(first, end, kind, False)]
        runs = []
        for n in range(first, end):
            box = (lefts[n], bottoms[n], rights[n], tops[n])
            hidden = not (safe is not None and _inside(box, safe)) and self._unseen(box, kind)
            runs.append(Run(n, n + 1, kind, hidden))
        return runs

    def _safe(self, kind: Type) -> Box | None:
        """Where words of the type are seen for certain; None where each has to be looked at."""
        scene, color = self._scene, kind.color
        pale = color is not None and min(color) > 255 - _ALIKE
        dark = color is None or scene.light and max(color) < 100
        if kind.hidden or not scene.areas and pale or scene.areas and kind.order and (not dark or kind.order < scene.last):
            return None
        if kind.clip is None:
            return self._sheet
        if kind.clip not in self._clipped:
            self._clipped[kind.clip] = common(kind.clip, self._sheet)
        return self._clipped[kind.clip]

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
        ask = self._ask
        angle = ask["angle"](self._page, index)
        quarter = round(-angle / (math.pi / 2)) if angle else 0
        askew = abs(-angle - quarter * math.pi / 2) > _LEAN
        tall = abs(box[2] - box[0]) if quarter % 2 else abs(box[3] - box[1])
        size = tall if tall > 0 else pdf.FPDFText_GetFontSize(self._raw, index)
        if not handle:
            return Type(size, False, size < _TINY, None, None if askew else quarter % 4, 0)
        size = self._nominal(handle, size)
        mode = ask["mode"](handle)
        known = bool(ask["stroke" if mode == _STROKE else "fill"](handle, *self._ink))
        red, green, blue, alpha = self._inks
        unseen = mode in _INVISIBLE or known and alpha < _FAINT or size < _TINY
        order = self._scene.orders.get(handle, 0)
        color, clip = (red, green, blue) if known else None, self._scene.clips.get(handle)
        return Type(size, self._bold(index, handle), unseen, color, None if askew else quarter % 4, order, clip)

    def _nominal(self, handle: int, tall: float) -> float:
        """The size the type is set in, as high as most fonts' boxes: fonts differ in how high theirs are."""
        self._ask["size"](handle, self._size)
        self._ask["matrix"](handle, self._matrix)
        size = 1.15 * self._floats[6] * math.hypot(self._floats[2], self._floats[3])
        return size if 0.6 * tall < size < 1.6 * tall else tall

    def _bold(self, index: int, handle: int) -> bool:
        """Looked up once for each font."""
        key = self._ask["font"](handle) or 0
        if key not in self._bolds:
            name = ctypes.create_string_buffer(128)
            pdf.FPDFText_GetFontInfo(self._raw, index, name, 128, ctypes.c_int())
            heavy = any(b in name.value.lower() for b in (b"bold", b"black", b"heavy"))
            self._bolds[key] = heavy or pdf.FPDFText_GetFontWeight(self._raw, index) >= 600
        return self._bolds[key]
