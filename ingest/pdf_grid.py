"""Ruled tables on a PDF page: the lines that are drawn, and which cell a point lies in."""

from __future__ import annotations

import ctypes
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as pdf

#: Points by which rules may miss each other and still meet.
_SLACK = 2.5
#: A page with more strokes is a drawing.
_MAX_RULES = 2_000

Rule = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Grid:
    """``xs`` ascend; ``ys`` ascend too (the bottom row is the first interval)."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]

    @property
    def rows(self) -> int:
        return len(self.ys) - 1


def cell_at(grids: Sequence[Grid], x: float, y: float) -> tuple[int, int, int] | None:
    """(grid, row from the top, column) of a point, or None outside of all grids."""
    for n, grid in enumerate(grids):
        if grid.xs[0] - 1 <= x <= grid.xs[-1] + 1 and grid.ys[0] - 1 <= y <= grid.ys[-1] + 1:
            column = min(max(bisect_right(grid.xs, x) - 1, 0), len(grid.xs) - 2)
            row = min(max(bisect_right(grid.ys, y) - 1, 0), len(grid.ys) - 2)
            return n, len(grid.ys) - 2 - row, column
    return None


def grids_of(page: pdfium.PdfPage) -> list[Grid]:
    """Grids from the top of the page down: at least two columns, with rules between them."""
    rules = []
    for rule in _rules(page):
        rules.append(rule)
        if len(rules) > _MAX_RULES:
            return []
    grids = []
    for group in _connected(rules):
        xs = _distinct([r[0] for r in group if r[2] - r[0] < _SLACK])
        ys = _distinct([r[1] for r in group if r[3] - r[1] < _SLACK])
        if len(xs) >= 3 and len(ys) >= 2:
            grids.append(Grid(tuple(xs), tuple(ys)))
    return sorted(grids, key=lambda g: (-g.ys[-1], g.xs[0]))


def _rules(page: pdfium.PdfPage) -> Iterator[Rule]:
    """(left, bottom, right, top) of each horizontal or vertical stroke."""
    point_x, point_y = ctypes.c_float(), ctypes.c_float()
    for number in range(pdf.FPDFPage_CountObjects(page.raw)):
        handle = pdf.FPDFPage_GetObject(page.raw, number)
        if pdf.FPDFPageObj_GetType(handle) != pdf.FPDF_PAGEOBJ_PATH:
            continue
        segments = pdf.FPDFPath_CountSegments(handle)
        if segments > 200:
            continue
        matrix = pdf.FS_MATRIX()
        pdf.FPDFPageObj_GetMatrix(handle, matrix)
        points: list[tuple[float, float]] = []
        for n in range(segments):
            segment = pdf.FPDFPath_GetPathSegment(handle, n)
            pdf.FPDFPathSegment_GetPoint(segment, point_x, point_y)
            x, y = point_x.value, point_y.value
            here = (matrix.a * x + matrix.c * y + matrix.e, matrix.b * x + matrix.d * y + matrix.f)
            if pdf.FPDFPathSegment_GetType(segment) == pdf.FPDF_SEGMENT_MOVETO:
                yield from _strokes(points)
                points = []
            points.append(here)
        yield from _strokes(points)


def _strokes(points: list[tuple[float, float]]) -> Iterator[Rule]:
    if len(points) < 2:
        return
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    bottom, top = min(y for _, y in points), max(y for _, y in points)
    if right - left < _SLACK and top - bottom > 4 or top - bottom < _SLACK and right - left > 4:
        # A thin filled rectangle is a rule as well.
        middle_x, middle_y = (left + right) / 2, (bottom + top) / 2
        yield (middle_x, bottom, middle_x, top) if right - left < top - bottom else (left, middle_y, right, middle_y)
        return
    for (x0, y0), (x1, y1) in zip(points, [*points[1:], points[0]], strict=True):
        if abs(x0 - x1) < 0.5 and abs(y0 - y1) > 4 or abs(y0 - y1) < 0.5 and abs(x0 - x1) > 4:
            yield min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _connected(rules: list[Rule]) -> list[list[Rule]]:
    """Rules that touch, by sweeping from the left."""
    groups: list[tuple[list[Rule], list[float]]] = []
    for rule in sorted(rules):
        near = [g for g in groups if _touches(g[1], rule)]
        members = [m for g in near for m in g[0]] + [rule]
        bounds = [min(m[0] for m in members), min(m[1] for m in members), max(m[2] for m in members), max(m[3] for m in members)]
        groups = [g for g in groups if all(g is not other for other in near)]
        groups.append((members, bounds))
    return [members for members, _ in groups]


def _touches(bounds: list[float], rule: Rule) -> bool:
    return (
        bounds[0] - _SLACK <= rule[2] and rule[0] <= bounds[2] + _SLACK and bounds[1] - _SLACK <= rule[3] and rule[1] <= bounds[3] + _SLACK
    )


def _distinct(values: list[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _SLACK * 1.5:
            found.append(value)
    return found
