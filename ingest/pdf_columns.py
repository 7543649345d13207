"""The order in which the lines of a PDF page are read where it is set in columns, and lines that run across a gutter cut in two."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.pdf_lines import Line

#: Points between columns, at least.
_GUTTER = 9.0
#: Rows that a band of columns has at least, and the share of the shorter side's rows that have words beside them.
_ROWS = 6
_BOTH = 0.5
#: The share of its column's width that a line of running text fills, as the middle one of all.
_FULL = 0.45
_MAX_COLUMNS = 3
#: Rows in which the left edge of the second column is looked for.
_AHEAD = 40
#: What stands in the lines of a signature block; two of them side by side are two columns.
SIGN = re.compile(r"(?i)/s/|_{4,}|(?:by|name|title|its|date|signature|signed|printed name)\s*:")

#: What stands before a clause or an item.
_MARK = re.compile(r"\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-zA-Z]|[ivxlcIVXLC]{1,6})[.)]{0,2}|[•·▪‣◦●○■□►–—*-]|§ ?\d+")

Part = tuple[float, float, Line]
Row = list[Part]


def in_columns(lines: Sequence[Line]) -> list[Line]:
    """The lines column by column; as they are where the page has none. Lines over all columns part one band of columns from the next."""
    free = [line for line in lines if line.cell is None and not line.hidden and not line.aside]
    if len(free) < _ROWS or not any("\t" in line.text for line in free) and _descends(free):
        return list(lines)
    rows = rows_of(free)
    bands = list(_bands(rows))
    if not any(gutters for gutters, _ in bands):
        return list(lines)
    done: list[Line] = []
    for gutters, members in bands:
        done += _by_column(members, gutters) if gutters else sorted(_unique(members), key=lambda line: (-line.y0, line.x0))
    kept = {id(line) for line in free}
    return done + [line for line in lines if id(line) not in kept]


def _descends(lines: Sequence[Line]) -> bool:
    """Whether each line stands below the one before, as on a page without columns."""
    return all(b.y0 < a.y0 + 0.5 * a.height for a, b in pairwise(lines))


def rows_of(lines: Sequence[Line], wide: float = 0.0) -> list[Row]:
    """What stands at one height, from the top; a line with wide gaps, of so many times its size at least, is several parts."""
    rows: list[Row] = []
    base = 0.0
    for line in sorted(lines, key=lambda line: -line.y0):
        if not rows or base - line.y0 > 0.5 * line.height:
            rows.append([])
            base = line.y0
        rows[-1] += [(left, right, line) for left, right in parts_of(line, max(_GUTTER, wide * line.size))]
    return rows


def parts_of(line: Line, gap: float) -> list[tuple[float, float]]:
    """(left, right) of each stretch of a line without a wide gap; a number or bullet belongs to the text after it."""
    found: list[tuple[float, float]] = []
    began = 0
    for at, left, right in line.words:
        if found and (line.text[at - 1] != "\t" and left - found[-1][1] < gap or _MARK.fullmatch(line.text[began:at].strip())):
            found[-1] = (found[-1][0], right)
        else:
            found.append((left, right))
            began = at
    return found or [(line.x0, line.x1)]


def _bands(rows: Sequence[Row]) -> Iterator[tuple[list[float], list[Row]]]:
    """(gutters, rows) from the top; no gutters for rows that are read across."""
    at = 0
    plain: list[Row] = []
    while at < len(rows):
        gutters, end = _longest(rows, at)
        if not gutters:
            plain.append(rows[at])
            at += 1
            continue
        if plain:
            yield [], plain
            plain = []
        yield gutters, list(rows[at:end])
        at = end
    if plain:
        yield [], plain


def _longest(rows: Sequence[Row], at: int) -> tuple[list[float], int]:
    """Gutters of the band that begins at a row, and where it ends."""
    best: tuple[list[float], int] = ([], at)
    if len(rows[at]) < 2:
        return best
    left, right = min(p[0] for r in rows for p in r), max(p[1] for r in rows for p in r)
    for gutter in sorted({g for row in rows[at : at + _AHEAD] for g in _candidates(row, left, right)}):
        end = at
        while end < len(rows) and not any(a < gutter < b for a, b, _ in rows[end]):
            end += 1
        band = rows[at:end]
        if end > best[1] and _is_text(band, gutter, left, right):
            best = ([gutter], end)
    if best[0]:
        more = [g for g in _inner(rows[at : best[1]], best[0][0], left, right) if abs(g - best[0][0]) > 60]
        best = (sorted([*best[0], *more])[: _MAX_COLUMNS - 1], best[1])
    return best


def _candidates(row: Row, left: float, right: float) -> list[float]:
    """Where in a row a column may begin, a little to its left."""
    edges = sorted((a, b) for a, b, _ in row)
    wide = right - left
    starts = [round(after[0] - 4.0) for before, after in pairwise(edges) if after[0] - before[1] >= _GUTTER]
    return [float(x) for x in starts if left + 0.2 * wide < x < right - 0.2 * wide]


def _inner(band: Sequence[Row], gutter: float, left: float, right: float) -> list[float]:
    """A second gutter that no line of the band crosses."""
    found = []
    for other in {round(g, 1) for row in band[:4] for g in _candidates(row, left, right)}:
        if abs(other - gutter) < 60 or any(a < other < b for row in band for a, b, _ in row):
            continue
        low, high = (left, gutter) if other < gutter else (gutter, right)
        sub = [[p for p in row if low - 2 <= p[0] and p[1] <= high + 2] for row in band]
        if _is_text([r for r in sub if r], other, low, high):
            found.append(other)
    return found[:1]


def _is_text(band: Sequence[Row], gutter: float, left: float, right: float) -> bool:
    """Whether both sides hold running text rather than the cells of a table or numbers before clauses."""
    sides = ([p for r in band for p in r if p[1] <= gutter], [p for r in band for p in r if p[0] >= gutter])
    lefts, rights = [any(p[1] <= gutter for p in r) for r in band], [any(p[0] >= gutter for p in r) for r in band]
    both = sum(a and b for a, b in zip(lefts, rights, strict=True))
    if both >= 3 and sum(signs(r, gutter) for r in band) >= 2:
        return True
    if both < max(_ROWS - 1, _BOTH * min(sum(lefts), sum(rights))) or not all(sides):
        return False
    for parts in sides:
        widths = sorted(b - a for a, b, _ in parts)
        column = max(b for _, b, _ in parts) - min(a for a, _, _ in parts)
        if widths[len(widths) // 2] < _FULL * column or column < 0.15 * (right - left):
            return False
        words = sum(_count(a, b, line) for a, b, line in parts)
        if words < 3 * len(parts):
            return False
    return True


def signs(row: Row, gutter: float) -> bool:
    """Whether the row belongs to signature blocks on both sides of the gutter."""
    sides = {p[0] > gutter: p for p in row}
    return len(sides) == 2 and all(SIGN.match(part_text(p)) for p in sides.values())


def part_text(part: Part) -> str:
    left, right, line = part
    inside = [at for at, x0, x1 in line.words if left - 0.5 <= x0 and x1 <= right + 0.5]
    after = [at for at, _, _ in line.words if inside and at > inside[-1]]
    return line.text[inside[0] : after[0] if after else None].strip() if inside else line.text


def _count(left: float, right: float, line: Line) -> int:
    return sum(left - 0.5 <= x0 and x1 <= right + 0.5 for _, x0, x1 in line.words)


def _unique(rows: Sequence[Row]) -> list[Line]:
    return list({id(line): line for row in rows for _, _, line in row}.values())


def _by_column(rows: Sequence[Row], gutters: Sequence[float]) -> list[Line]:
    pieces = [replace(p, column=1 + sum(p.x0 > g for g in gutters)) for line in _unique(rows) for p in cut(line, gutters)]
    return sorted(pieces, key=lambda p: (p.column, -p.y0, p.x0))


def cut(line: Line, places: Sequence[float]) -> list[Line]:
    """The line's words left and right of each place as lines of their own."""
    groups: dict[int, list[int]] = {}
    for n, (_, left, _right) in enumerate(line.words):
        groups.setdefault(sum(left > place for place in places), []).append(n)
    if len(groups) < 2:
        return [line]
    done = []
    for members in groups.values():
        first, last = members[0], members[-1]
        start = line.words[first][0]
        end = line.words[last + 1][0] if last + 1 < len(line.words) else len(line.text)
        words = tuple((at - start, a, b) for at, a, b in line.words[first : last + 1])
        raised = tuple((s - start, e - start) for s, e in line.raised if start <= s and e <= end)
        text = line.text[start:end].rstrip()
        width = words[0][2] - words[0][1]
        done.append(replace(line, text=text, x0=words[0][1], x1=max(b for _, _, b in words), words=words, raised=raised, first=width))
    return done
