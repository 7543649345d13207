"""What is drawn on a PDF page besides its words: rules, filled areas and images, in the order in which they are drawn."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdf

from domain.document import Box

#: Points by which rules may miss each other and still meet.
SLACK = 2.5
#: A page with more strokes is a drawing.
_MAX_RULES = 2_000
_MAX_OBJECTS = 50_000
_MAX_FORMS = 6
_MAX_SEGMENTS = 200
_MAX_CLIPS = 30
#: The share of a word's width and height that shows at least where a reader can see it.
_SHOWN = 0.15
#: The share of a page that an image covers if the page was scanned.
_SCAN = 0.6

Rule = tuple[float, float, float, float]
Color = tuple[int, int, int]
Matrix = tuple[float, float, float, float, float, float]
_TEXT, _MOVE = pdf.FPDF_PAGEOBJ_TEXT, pdf.FPDF_SEGMENT_MOVETO
_SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class _Within:
    """What the forms around an object do to it. ``clip``: in the page's points."""

    matrix: Matrix = _SAME
    clip: Box | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """A filled rectangle or an image. ``color``: None where it is not one color. ``solid``: nothing shines through it."""

    order: int
    box: Box
    color: Color | None
    solid: bool


@dataclass(slots=True)
class Scene:
    """``orders``: when each text object is drawn, by its address; empty where nothing else is filled on the page."""

    rules: list[Rule] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    orders: dict[int, int] = field(default_factory=dict)
    #: The box in which all that shows of a text object lies, by its address, where it is clipped.
    clips: dict[int, Box] = field(default_factory=dict)
    scanned: bool = False
    drawn: int = 0
    #: When the last area that lets nothing through is drawn, and whether all areas of a known color are light.
    last: int = 0
    light: bool = True

    def add(self, area: Area) -> None:
        self.areas.append(area)
        if area.solid:
            self.last = area.order
            self.light = self.light and (area.color is None or min(area.color) > 128)

    def below(self, box: Box, order: int) -> Color | None:
        """The color behind a text, white where nothing was drawn there, None where it is not known."""
        color: Color | None = (255, 255, 255)
        for area in self.areas:
            if area.order >= order:
                break
            if _holds(area.box, box):
                color = area.color if area.solid else None
        return color

    def covered(self, box: Box, order: int) -> bool:
        """Whether something that lets nothing through is drawn over a text afterwards."""
        return any(area.solid and area.order > order and _holds(area.box, box) for area in self.areas)


def _holds(outer: Box, box: Box) -> bool:
    """Whether nearly all of a box, of a line with room above and below its letters, lies in another."""
    high = 0.25 * (box[3] - box[1])
    return outer[0] <= box[0] + 1 and outer[2] >= box[2] - 1 and outer[1] <= box[1] + high and outer[3] >= box[3] - high


def cut_off(box: Box, clip: Box) -> bool:
    """Whether next to nothing of a box, of words with room above and below their letters, lies inside of what it is clipped to."""
    wide = min(box[2], clip[2]) - max(box[0], clip[0])
    high = min(box[3], clip[3]) - max(box[1], clip[1])
    return wide <= _SHOWN * (box[2] - box[0]) or high <= _SHOWN * (box[3] - box[1])


def scene_of(page: pdfium.PdfPage) -> Scene:
    """What is drawn on the page, also inside form objects."""
    scene = Scene()
    walker = _Walker(scene, page.get_size())
    walker.page(page)
    if len(scene.rules) > _MAX_RULES:
        scene.rules = []
    if not scene.areas:
        scene.orders = {}
    return scene


@dataclass(frozen=True, slots=True)
class _Calls:
    """Pdfium's functions, bound so that a call takes addresses and makes only its result."""

    count: Any
    object: Any
    count_inner: Any
    inner: Any
    kind: Any
    bounds: Any
    matrix: Any
    clip: Any
    clip_paths: Any
    clip_segments: Any
    clip_segment: Any
    segments: Any
    segment: Any
    segment_kind: Any
    point: Any
    draw_mode: Any
    fill: Any
    transparent: Any


@lru_cache(maxsize=1)
def _calls() -> _Calls:
    address, index = ctypes.c_void_p, ctypes.c_int
    return _Calls(
        count=bound(pdf.FPDFPage_CountObjects, index, address),
        object=bound(pdf.FPDFPage_GetObject, address, address, index),
        count_inner=bound(pdf.FPDFFormObj_CountObjects, index, address),
        inner=bound(pdf.FPDFFormObj_GetObject, address, address, ctypes.c_ulong),
        kind=bound(pdf.FPDFPageObj_GetType, index, address),
        bounds=bound(pdf.FPDFPageObj_GetBounds, index, address),
        matrix=bound(pdf.FPDFPageObj_GetMatrix, index, address),
        clip=bound(pdf.FPDFPageObj_GetClipPath, address, address),
        clip_paths=bound(pdf.FPDFClipPath_CountPaths, index, address),
        clip_segments=bound(pdf.FPDFClipPath_CountPathSegments, index, address, index),
        clip_segment=bound(pdf.FPDFClipPath_GetPathSegment, address, address, index, index),
        segments=bound(pdf.FPDFPath_CountSegments, index, address),
        segment=bound(pdf.FPDFPath_GetPathSegment, address, address, index),
        segment_kind=bound(pdf.FPDFPathSegment_GetType, index, address),
        point=bound(pdf.FPDFPathSegment_GetPoint, index, address),
        draw_mode=bound(pdf.FPDFPath_GetDrawMode, index, address),
        fill=bound(pdf.FPDFPageObj_GetFillColor, index, address),
        transparent=bound(pdf.FPDFPageObj_HasTransparency, index, address),
    )


def bound(function: Any, result: Any, *arguments: Any) -> Any:
    """One of pdfium's functions; the lock of the interpreter is kept, because it would take longer to give back than the call."""
    return ctypes.PYFUNCTYPE(result, *arguments)(ctypes.cast(function, ctypes.c_void_p).value or 0)


class _Walker:
    """Goes through the objects of a page; the values that pdfium fills in are made once."""

    def __init__(self, scene: Scene, size: tuple[float, float]) -> None:
        self._scene = scene
        self._size = size
        self._floats = (ctypes.c_float * 6)()
        self._inks = (ctypes.c_uint * 4)()
        self._modes = (ctypes.c_int * 2)()
        self._float, self._ink, self._mode = (
            [ctypes.byref(values, at) for at in range(0, ctypes.sizeof(values), 4)] for values in (self._floats, self._inks, self._modes)
        )
        self._ask = _calls()
        self._clips: dict[int, Box | None] = {}

    def page(self, page: pdfium.PdfPage) -> None:
        address = ctypes.cast(page.raw, ctypes.c_void_p).value
        whole = _Within()
        for number in range(min(self._ask.count(address), _MAX_OBJECTS)):
            self._object(self._ask.object(address, number), whole, 0)

    def _object(self, handle: int | None, within: _Within, depth: int) -> None:
        scene = self._scene
        scene.drawn += 1
        if scene.drawn > _MAX_OBJECTS:
            return
        kind = self._ask.kind(handle)
        if kind == _TEXT:
            address = handle or 0
            scene.orders[address] = scene.drawn
            clip = self._clip(address, within)
            if clip is not None:
                scene.clips[address] = clip
        elif kind == pdf.FPDF_PAGEOBJ_PATH:
            self._path(handle, within.matrix)
        elif kind in (pdf.FPDF_PAGEOBJ_IMAGE, pdf.FPDF_PAGEOBJ_SHADING):
            box = self._bounds(handle, within.matrix)
            solid = kind == pdf.FPDF_PAGEOBJ_IMAGE and not self._ask.transparent(handle)
            scene.add(Area(scene.drawn, box, None, solid))
            large = (box[2] - box[0]) * (box[3] - box[1]) > _SCAN * self._size[0] * self._size[1]
            scene.scanned = scene.scanned or large and kind == pdf.FPDF_PAGEOBJ_IMAGE
        elif kind == pdf.FPDF_PAGEOBJ_FORM and depth < _MAX_FORMS:
            inner = _Within(_times(self._matrix_of(handle), within.matrix), self._clip(handle, within))
            for number in range(min(self._ask.count_inner(handle), _MAX_OBJECTS)):
                self._object(self._ask.inner(handle, number), inner, depth + 1)

    def _clip(self, handle: int | None, within: _Within) -> Box | None:
        """The box in which all that shows of an object lies, by its own clip paths and those of the forms around; None for no limit."""
        clip = within.clip
        ask = self._ask
        path = ask.clip(handle)
        for number in range(min(ask.clip_paths(path), _MAX_CLIPS)):
            # Objects that are clipped alike share their path, and so its first segment.
            key = ask.clip_segment(path, number, 0) or 0
            if key not in self._clips:
                self._clips[key] = self._outline(path, number)
            outline = self._clips[key]
            if outline is None:
                continue
            box = outline if within.matrix is _SAME else _around(within.matrix, outline)
            clip = box if clip is None else common(clip, box)
        return clip

    def _outline(self, path: int | None, number: int) -> Box | None:
        """The bounds of a clip path; None where it is not a plain one."""
        count = self._ask.clip_segments(path, number)
        if count > _MAX_SEGMENTS:
            return None
        if count <= 0:
            return (0.0, 0.0, 0.0, 0.0) if count == 0 else None
        points = []
        for n in range(count):
            self._ask.point(self._ask.clip_segment(path, number, n), *self._float[:2])
            points.append((self._floats[0], self._floats[1]))
        return (min(p[0] for p in points), min(p[1] for p in points), max(p[0] for p in points), max(p[1] for p in points))

    def _matrix_of(self, handle: int | None) -> Matrix:
        self._ask.matrix(handle, self._float[0])
        a, b, c, d, e, f = self._floats
        return (a, b, c, d, e, f)

    def _bounds(self, handle: int | None, within: Matrix) -> Box:
        self._ask.bounds(handle, *self._float[:4])
        left, bottom, right, top, _, _ = self._floats
        return _around(within, (left, bottom, right, top))

    def _path(self, handle: int | None, within: Matrix) -> None:
        segments = self._ask.segments(handle)
        if segments > _MAX_SEGMENTS:
            return
        self._fill(handle, within, segments)
        if len(self._scene.rules) > _MAX_RULES:
            return
        matrix = _times(self._matrix_of(handle), within)
        ask, floats = self._ask, self._floats
        x, y = self._float[:2]
        points: list[tuple[float, float]] = []
        for n in range(segments):
            segment = ask.segment(handle, n)
            ask.point(segment, x, y)
            if ask.segment_kind(segment) == _MOVE:
                self._scene.rules += _strokes(points)
                points = []
            points.append(_moved(matrix, floats[0], floats[1]))
        self._scene.rules += _strokes(points)

    def _fill(self, handle: int | None, within: Matrix, segments: int) -> None:
        """Notes a filled rectangle; other shapes say too little about what they cover."""
        ask = self._ask
        if segments not in (4, 5) or not ask.draw_mode(handle, *self._mode) or self._modes[0] == pdf.FPDF_FILLMODE_NONE:
            return
        box = self._bounds(handle, within)
        if box[3] - box[1] < 4 or box[2] - box[0] < 4:
            return
        known = bool(ask.fill(handle, *self._ink))
        red, green, blue, alpha = self._inks
        solid = known and alpha > 230 and not ask.transparent(handle)
        self._scene.add(Area(self._scene.drawn, box, (red, green, blue) if known else None, solid))


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, c, d, e, f = inner
    x, y = _moved(outer, e, f)
    return (
        a * outer[0] + b * outer[2], a * outer[1] + b * outer[3], c * outer[0] + d * outer[2], c * outer[1] + d * outer[3], x, y,
    )  # fmt: skip


def _moved(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _around(matrix: Matrix, box: Box) -> Box:
    """The bounds of a box after it was moved."""
    corners = [_moved(matrix, x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
    return (min(x for x, _ in corners), min(y for _, y in corners), max(x for x, _ in corners), max(y for _, y in corners))


def common(one: Box, other: Box) -> Box:
    """What lies in both boxes."""
    return (max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3]))


def _strokes(points: list[tuple[float, float]]) -> Iterator[Rule]:
    """(left, bottom, right, top) of each horizontal or vertical stroke."""
    if len(points) < 2:
        return
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    bottom, top = min(y for _, y in points), max(y for _, y in points)
    if right - left < SLACK and top - bottom > 4 or top - bottom < SLACK and right - left > 4:
        # A thin filled rectangle is a rule as well.
        middle_x, middle_y = (left + right) / 2, (bottom + top) / 2
        yield (middle_x, bottom, middle_x, top) if right - left < top - bottom else (left, middle_y, right, middle_y)
        return
    for (x0, y0), (x1, y1) in zip(points, [*points[1:], points[0]], strict=True):
        if abs(x0 - x1) < 0.5 and abs(y0 - y1) > 4 or abs(y0 - y1) < 0.5 and abs(x0 - x1) > 4:
            yield min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
