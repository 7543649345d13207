"""Ruled tables on a PDF page: the lines that are drawn, and which cell a point lies in."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.pdf_scene import SLACK, Rule


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


def grids_of(rules: Sequence[Rule]) -> list[Grid]:
    """Grids from the top of the page down: at least two columns, with rules between them."""
    grids = []
    for group in _connected(rules):
        xs = _distinct([r[0] for r in group if r[2] - r[0] < SLACK])
        ys = _distinct([r[1] for r in group if r[3] - r[1] < SLACK])
        if len(xs) >= 3 and len(ys) >= 2:
            grids.append(Grid(tuple(xs), tuple(ys)))
    return sorted(grids, key=lambda g: (-g.ys[-1], g.xs[0]))


def _connected(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Rules that touch, by sweeping from the left."""
    groups: list[tuple[list[Rule], list[float]]] = []
    for rule in sorted(rules):
        near = [g for g in groups if _touches(g[1], rule)]
        members = [m for g in near for m in g[0]] + [rule]
        bounds = list(rule)
        for _, (left, bottom, right, top) in near:
            bounds = [min(bounds[0], left), min(bounds[1], bottom), max(bounds[2], right), max(bounds[3], top)]
        groups = [g for g in groups if all(g is not other for other in near)]
        groups.append((members, bounds))
    return [members for members, _ in groups]


def _touches(bounds: list[float], rule: Rule) -> bool:
    return bounds[0] - SLACK <= rule[2] and rule[0] <= bounds[2] + SLACK and bounds[1] - SLACK <= rule[3] and rule[1] <= bounds[3] + SLACK


def _distinct(values: list[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > SLACK * 1.5:
            found.append(value)
    return found
