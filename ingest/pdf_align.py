"""Tables without rules on a PDF page, known by words that stand below each other over several lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from ingest.numbering import split_number
from ingest.pdf_columns import SIGN, Part, Row, cut, part_text, rows_of
from ingest.pdf_lines import Line

#: Rows with words in at least two columns: of a table of two columns, and of a wider one.
_ROWS_OF_TWO, _ROWS_OF_MORE = 4, 3
#: Points that always part two columns, and by which edges of one column may differ.
_GAP, _EDGE = 6.0, 4.0
#: Two entries of a row stand so many times their size apart, which words of justified text hardly ever do.
_WIDE = 1.4
#: The share of a column's entries that have an edge or the middle in common.
_ALIGNED = 0.7
#: Words of a middling entry; running text has more.
_SHORT = 8
_PAGE = re.compile(r"\d{1,3}|[ivxlc]{1,5}")
#: Ids of these grids on a page, above those of ruled ones.
_FIRST = 1_000


@dataclass(slots=True)
class _Run:
    """Rows that may be a table, and the stretches of the page's width in which they have words."""

    rows: list[Row] = field(default_factory=list)
    spans: list[tuple[float, float]] = field(default_factory=list)

    @property
    def several(self) -> list[Row]:
        return [row for row in self.rows if len(row) > 1]


def with_aligned(lines: Sequence[Line], taken: set[int]) -> list[Line]:
    """The lines, those of tables without rules cut into cells. ``taken``: ids of furniture."""
    free = [
        line for line in lines if line.cell is None and not line.hidden and not line.aside and not line.column and id(line) not in taken
    ]
    if not any(len(line.words) > 1 for line in free):
        return list(lines)
    rows = rows_of(free, _WIDE)
    cells: dict[int, list[Line]] = {}
    number, at = _FIRST, 0
    while at < len(rows):
        run = _run(rows, at) if len(rows[at]) > 1 else _Run()
        if not _is_table(run):
            at += 1
            continue
        if at and (head := _header(rows[at - 1], run)):
            run.rows.insert(0, head)
            at -= 1
        for line, pieces in _cells(run, number):
            cells[id(line)] = pieces
        number += 1
        at += len(run.rows)
    if not cells:
        return list(lines)
    return _in_place(lines, cells)


def _run(rows: Sequence[Row], at: int) -> _Run:
    run = _Run()
    for row in rows[at:]:
        if run.rows and _height(run.rows[-1]) * 3 < _base(run.rows[-1]) - _base(row):
            break
        spans = _united([*run.spans, *((a, b) for a, b, _ in row)])
        columns = {_column(spans, part) for part in row}
        if len(spans) < 2 or len(columns) < len(row) or run.spans and len(spans) < min(2, len(run.spans)):
            break
        if run.rows and len(spans) < len(run.spans):
            break
        run.rows.append(row)
        run.spans = spans
    # What stands alone below the last row belongs to it only as the rest of a later cell.
    while run.rows and len(run.rows[-1]) == 1 and _column(run.spans, run.rows[-1][0]) == 0:
        run.rows.pop()
    return run


def _header(row: Row, run: _Run) -> Row | None:
    """The row above a table as its header, where its words stand above the columns although not far apart from each other."""
    line = row[0][2]
    near = 0 < _base(row) - _base(run.rows[0]) < 2.5 * line.height
    if len(row) > 1 or not near or not 1 < len(line.words) <= 2 * _SHORT or line.text.rstrip().endswith("."):
        return None
    places = _places(run)
    sides = {sum(left > place for place in places) for _, left, _ in line.words}
    astride = any(left < place < right for _, left, right in line.words for place in places)
    return [(line.x0, line.x1, line)] if len(sides) > 1 and not astride else None


def _places(run: _Run) -> list[float]:
    """Middles of the gaps between the columns."""
    return [(a[1] + b[0]) / 2 for a, b in pairwise(run.spans)]


def _united(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    done: list[tuple[float, float]] = []
    for left, right in sorted(spans):
        if done and left < done[-1][1] + _GAP:
            done[-1] = (done[-1][0], max(done[-1][1], right))
        else:
            done.append((left, right))
    return done


def _column(spans: Sequence[tuple[float, float]], part: Part) -> int:
    return sum(left <= part[0] + 0.5 for left, _ in spans) - 1


def _base(row: Row) -> float:
    return min(line.y0 for _, _, line in row)


def _height(row: Row) -> float:
    return max(line.height for _, _, line in row)


def _is_table(run: _Run) -> bool:
    several = run.several
    if len(several) < (_ROWS_OF_TWO if len(run.spans) == 2 else _ROWS_OF_MORE) or len(several) < 0.5 * len(run.rows):
        return False
    parts = [part for row in several for part in row]
    counts = sorted(len(part_text(p).split()) for p in parts)
    if counts[len(counts) // 2] > _SHORT or counts[int(0.9 * (len(counts) - 1))] > 3 * _SHORT:
        return False
    texts = [part_text(p) for p in parts]
    if sum(bool(SIGN.match(t)) for t in texts) >= 2 or any("___" in t for t in texts):
        return False
    # Numbers and the names of what they number are a list.
    firsts = [part_text(p) for p in parts if _column(run.spans, p) == 0]
    if sum(split_number(f"{t} X") is not None for t in firsts) > 0.5 * len(firsts):
        return False
    if any(not _aligned([p for p in parts if _column(run.spans, p) == n]) for n in range(len(run.spans))):
        return False
    return not _is_contents([part_text(row[-1]) for row in (sorted(row, key=lambda p: p[0]) for row in several)])


def _aligned(parts: Sequence[Part]) -> bool:
    """Whether most entries of a column share an edge or their middle."""
    for places in ([p[0] for p in parts], [p[1] for p in parts], [(p[0] + p[1]) / 2 for p in parts]):
        if any(sum(abs(x - y) <= _EDGE for y in places) >= _ALIGNED * len(places) for x in places):
            return True
    return False


def _is_contents(last: Sequence[str]) -> bool:
    """Whether the last column counts pages, as a table of contents does."""
    numbers = [t for t in last if _PAGE.fullmatch(t)]
    digits = [int(t) for t in numbers if t.isdigit()]
    return len(numbers) >= 0.8 * len(last) and digits == sorted(digits)


def _cells(run: _Run, number: int) -> list[tuple[Line, list[Line]]]:
    """Each line with its pieces; a row without a first entry close below another goes on with its cells."""
    places = _places(run)
    done: list[tuple[Line, list[Line]]] = []
    seen: set[int] = set()
    at = -1
    for n, row in enumerate(run.rows):
        first = min(_column(run.spans, part) for part in row)
        close = n > 0 and _base(run.rows[n - 1]) - _base(row) < 1.35 * _height(row)
        if at < 0 or first == 0 or not close:
            at += 1
        for _, _, line in row:
            if id(line) not in seen:
                seen.add(id(line))
                pieces = [replace(p, cell=(number, at, sum(p.x0 > place for place in places))) for p in cut(line, places)]
                done.append((line, pieces))
    return done


def _in_place(lines: Sequence[Line], cells: dict[int, list[Line]]) -> list[Line]:
    """Each table where its first line stood."""
    by_grid: dict[int, list[Line]] = {}
    for pieces in cells.values():
        for piece in pieces:
            by_grid.setdefault(piece.cell[0] if piece.cell else 0, []).append(piece)
    done: list[Line] = []
    for line in lines:
        if id(line) not in cells:
            done.append(line)
            continue
        grid = next((p.cell[0] for p in cells[id(line)] if p.cell), 0)
        done += by_grid.pop(grid, [])
    return done
