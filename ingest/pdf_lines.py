"""The printed lines of a PDF page with their boxes, as pdfium orders them; the cells of ruled tables come as lines of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from operator import sub

from domain.document import Box
from ingest.canonical import clean
from ingest.pdf_grid import Grid, cell_at
from ingest.pdf_words import HYPHEN, HYPHENS, PageWords, Places, Run, Type

#: A clause number that its text follows without a blank, as some programs export it.
_STUCK = re.compile(
    '(?:(?:\\d{1,2}\\.(?:\\d{1,3}\\.?){0,4}|\\([a-zA-Z]{1,4}\\)|[A-Za-z]\\.)(?=["“‘(]?[A-Z][A-Za-z])|\\d{1,2}(?:\\.\\d{1,2}){2,4}(?=[a-z]{2}))'
)
_HYPHEN_END = re.compile(f"[{HYPHENS}](?=\\s|$)")

#: (type, words with a blank between each two, where each begins in the line's text, the bottom of each one's box).
_Part = tuple[Type, str, Sequence[int], Sequence[float]]


@dataclass(slots=True)
class Line:
    """``bold``: the share of its characters. ``cell``: (grid, row, column) on the page. ``first``: width of its first word in points.

    ``words``: (offset in ``text``, left, right) of each. ``raised``: the (start, end) of small figures set high. ``turn``: quarters by
    which its page was turned to be read, and the size it then had.
    """

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
    words: tuple[tuple[int, float, float], ...] = ()
    raised: tuple[tuple[int, int], ...] = ()
    #: Askew, sideways or drawn across the page: no part of the running text.
    aside: bool = False
    turn: tuple[int, float, float] = (0, 0.0, 0.0)
    #: Which column of text it belongs to; 0 for text over the page's width.
    column: int = 0
    #: (offset, key of the footnote) where figures that refer to footnotes stood.
    notes: tuple[tuple[int, str], ...] = ()

    @property
    def box(self) -> Box:
        """Where it stands on the page as stored."""
        box = (self.x0, self.y0, self.x1, self.y1)
        left, bottom, right, top = turned(box, -self.turn[0] % 4, self.turn[1], self.turn[2]) if self.turn[0] else box
        return (round(left, 1), round(bottom, 1), round(right, 1), round(top, 1))

    @property
    def height(self) -> float:
        return max(self.y1 - self.y0, 1.0)


@dataclass(slots=True)
class _Open:
    """A line being collected. ``starts``: (offset, left, right) of each word, of which ``parts`` hold parts. ``reach``: 0 or more."""

    cell: tuple[int, int, int] | None
    hidden: bool
    aside: bool
    left: float
    bottom: float
    right: float
    top: float
    chars: list[str] = field(default_factory=list)
    parts: list[_Part] = field(default_factory=list)
    starts: list[tuple[int, float, float]] = field(default_factory=list)
    length: int = 0
    reach: float = 0.0
    base: float = 0.0


def turned(box: Box, quarter: int, width: float, height: float) -> Box:
    """A box after the page was turned right by so many quarters; ``width`` and ``height`` are those before."""
    left, bottom, right, top = box
    if quarter == 1:
        return (bottom, width - right, top, width - left)
    if quarter == 2:
        return (width - right, height - top, width - left, height - bottom)
    if quarter == 3:
        return (height - top, left, height - bottom, right)
    return box


def lines_of(page: PageWords, number: int, grids: Sequence[Grid], size: tuple[float, float]) -> list[Line]:
    """``grids``: as turned as the words are read. ``size``: width and height of the page as stored."""
    width, height = size
    back = (page.quarter, height, width) if page.quarter % 2 else (page.quarter, width, height)
    lines = [_closed(o, number, back) for o in _read(page, grids, size)]
    if page.quarter:
        # pdfium orders sideways lines as if the page were upright.
        lines.sort(key=lambda line: (-round(line.y0), line.x0))
    return _joined([line for line in lines if line.text.strip()])


def _read(page: PageWords, grids: Sequence[Grid], size: tuple[float, float]) -> Iterator[_Open]:
    now: _Open | None = None
    quarter, places = page.quarter, page.places
    for run in page.runs:
        aside = run.type.quarter != quarter and not run.hidden
        even = not grids and not quarter and not aside and _even(places, run)
        for n in range(run.first, run.end):
            box = (places.lefts[n], places.bottoms[n], places.rights[n], places.tops[n])
            if quarter:
                box = turned(box, quarter, *size)
            cell = cell_at(grids, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2) if grids else None
            gap = places.gaps[n]
            if now is None or gap == "\n" or now.aside != aside or _breaks(now, run.hidden, box, cell):
                if now is not None:
                    yield now
                now = _Open(cell, run.hidden, aside, *box)
            if even and n == run.first and now.reach <= box[2]:
                _add_all(now, places, run, gap)
                break
            _add(now, places.text[places.starts[n] : places.ends[n]], run.type, box, gap)
    if now is not None:
        yield now


def _breaks(now: _Open, hidden: bool, box: Box, cell: tuple[int, int, int] | None) -> bool:
    """Whether a word starts a line of its own although pdfium reported no line break before it."""
    if now.aside:
        return False
    if now.cell != cell or now.hidden != hidden:
        return True
    height = max(box[3] - box[1], 1.0)
    return not -0.7 * height <= box[1] - now.base <= 0.7 * height or box[0] < now.reach - 2 * height


def _even(places: Places, run: Run) -> bool:
    """Whether the words stand one after the other at one height with a blank between each two, so that they can be added at once."""
    first, end = run.first, run.end
    gaps = places.gaps[first + 1 : end]
    if not gaps or gaps.count(" ") < len(gaps):
        return False
    bottoms, rights = places.bottoms[first:end], places.rights[first:end]
    if max(bottoms) - min(bottoms) > 0.5 or rights != sorted(rights):
        return False
    apart: list[float] = list(map(sub, places.lefts[first + 1 : end], rights))
    return min(apart) >= -1 and max(apart) <= 2.2 * run.type.size


def _add_all(now: _Open, places: Places, run: Run, gap: str) -> None:
    """Adds the words of an even run as ``_add`` would one by one."""
    first, end = run.first, run.end
    lefts, bottoms, rights = places.lefts[first:end], places.bottoms[first:end], places.rights[first:end]
    at, parted = _glued(now, lefts[0], run.type.size, gap)
    starts, ends = places.starts[first:end], places.ends[first:end]
    text, blanks = places.text[starts[0] : ends[-1]], len(starts) - 1
    if len(text) == sum(ends) - sum(starts) + blanks and text.count(" ") == blanks:
        moved = at - starts[0]
        ats = [start + moved for start in starts]
    else:
        texts = [places.text[start:stop] for start, stop in zip(starts, ends, strict=True)]
        text = " ".join(texts)
        ats = list(accumulate((len(word) + 1 for word in texts[:-1]), initial=at))
    words = zip(ats, lefts, rights, strict=True)
    if not parted:
        next(words)
    now.starts += words
    now.chars.append(text)
    now.parts.append((run.type, text, ats, bottoms))
    now.length = at + len(text)
    now.base = bottoms[-1]
    now.reach = right = rights[-1]
    now.left, now.bottom = min(now.left, *lefts), min(now.bottom, *bottoms)
    now.right, now.top = max(now.right, right), max(now.top, *places.tops[first:end])


def _add(now: _Open, text: str, kind: Type, box: Box, gap: str) -> None:
    left, bottom, right, top = box
    at, parted = _glued(now, left, kind.size, gap)
    if parted:
        now.starts.append((at, left, right))
    now.chars.append(text)
    now.parts.append((kind, text, (at,), (bottom,)))
    now.length = at + len(text)
    now.base = bottom
    now.reach = max(now.reach, right)
    now.left, now.bottom, now.right, now.top = min(now.left, left), min(now.bottom, bottom), max(now.right, right), max(now.top, top)


def _glued(now: _Open, left: float, size: float, gap: str) -> tuple[int, bool]:
    """Where a word begins in the line's text, after what stands between it and the one before; whether it is one of its own."""
    at = now.length
    if not at:
        return 0, True
    apart = left - now.reach
    # A tab or a run of blanks stays visible, so that columns can be told later.
    if apart > 2.2 * size and not now.aside:
        glue = "\t"
    elif gap or apart > 0.3 * size:
        glue = " "
    else:
        return at, False
    now.chars.append(glue)
    return at + 1, True


def _closed(now: _Open, page: int, turn: tuple[int, float, float]) -> Line:
    raw = "".join(now.chars)
    text = raw if raw.isascii() and raw.isprintable() else _plain(raw)
    parts = now.parts
    kind = parts[0][0]
    size, bold = kind.size, float(kind.bold)
    raised: tuple[tuple[int, int], ...] = ()
    if len(parts) > 1 and any(other is not kind and (other.size != size or other.bold != bold) for other, _, _, _ in parts):
        size, bold, raised = _mixed(parts)
    words = now.starts
    if text != raw:
        words, raised = [], ()
    first = words[0][2] - words[0][1] if words else 0.0
    if words and (stuck := _STUCK.match(text)):
        text, words, raised = _loosened(text, stuck.end(), words, raised)
    edges = now.left, now.bottom, now.right, now.top
    return Line(text, *edges, size, bold, page, now.hidden, now.cell, first, False, tuple(words), raised, now.aside, turn)


def _plain(raw: str) -> str:
    # pdfium hands over the two halves of a pair one by one.
    plain = _HYPHEN_END.sub(HYPHEN, raw)
    if not plain.isascii():
        plain = plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return clean(plain)


def _mixed(parts: Sequence[_Part]) -> tuple[float, float, tuple[tuple[int, int], ...]]:
    """(size, share of bold characters, raised figures) of a line that is set in several types."""
    counts = [len(text) - len(ats) + 1 for _, text, ats, _ in parts]
    size = _middle(sorted((part[0].size, count) for part, count in zip(parts, counts, strict=True)))
    bold = sum(count for part, count in zip(parts, counts, strict=True) if part[0].bold) / max(sum(counts), 1)
    return size, bold, tuple(_raised(parts, size))


def _middle(weights: Sequence[tuple[float, int]]) -> float:
    half = sum(n for _, n in weights) / 2
    for size, count in weights:
        half -= count
        if half <= 0:
            return size
    return weights[-1][0]


def _raised(parts: Sequence[_Part], size: float) -> Iterator[tuple[int, int]]:
    base = min(bottom for kind, _, _, bottoms in parts if kind.size > 0.85 * size for bottom in bottoms)
    for kind, text, ats, bottoms in parts:
        if kind.size >= 0.8 * size:
            continue
        for at, word, bottom in zip(ats, text.split(" "), bottoms, strict=True):
            if bottom > base + 0.1 * size and len(word) <= 3 and (word.isdigit() or word in "*†‡"):
                yield at, at + len(word)


def _loosened(
    text: str, at: int, words: list[tuple[int, float, float]], raised: tuple[tuple[int, int], ...]
) -> tuple[str, list[tuple[int, float, float]], tuple[tuple[int, int], ...]]:
    """The line with a blank between its number and its first word."""
    moved = [(n + 1 if n >= at else n, left, right) for n, left, right in words]
    return f"{text[:at]} {text[at:]}", moved, tuple((s + 1, e + 1) if s >= at else (s, e) for s, e in raised)


def _joined(lines: list[Line]) -> list[Line]:
    """Puts together what stands on one base line although pdfium saw two: superscripts, a number and its text."""
    done: list[Line] = []
    for line in lines:
        before = done[-1] if done else None
        if (
            before is None
            or before.aside
            or line.aside
            or before.cell != line.cell
            or before.hidden != line.hidden
            or not _beside(before, line)
        ):
            done.append(line)
        else:
            done[-1] = _one(before, line)
    return done


def _one(before: Line, line: Line) -> Line:
    gap = line.x0 - before.x1
    glue = "" if gap < 0.15 * line.size else " " if gap < 2.2 * max(line.size, before.size) else "\t"
    if (
        not glue
        and _STUCK.fullmatch(before.text + line.text[:2]) is None
        and _STUCK.match(before.text + line.text)
        and before.text[-1:] in ".)"
    ):
        glue = " "
    at = len(before.text) + len(glue)
    bold = (before.bold * len(before.text) + line.bold * len(line.text)) / (len(before.text) + len(line.text))
    big, small = (before, line) if len(before.text) >= len(line.text) else (line, before)
    raised = before.raised + tuple((s + at, e + at) for s, e in line.raised)
    if small is line and line.size < 0.8 * before.size and line.y0 > before.y0 + 0.1 * before.size and line.text.isdigit():
        raised = (*before.raised, (at, at + len(line.text)))
    return replace(
        before, text=before.text + glue + line.text, y0=min(before.y0, line.y0), x1=max(before.x1, line.x1), y1=max(before.y1, line.y1),
        size=big.size, bold=bold, words=before.words + tuple((n + at, a, b) for n, a, b in line.words), raised=raised,
    )  # fmt: skip


def _beside(before: Line, line: Line) -> bool:
    overlap = min(before.y1, line.y1) - max(before.y0, line.y0)
    return overlap > 0.5 * min(before.height, line.height) and line.x0 >= before.x1 - 0.5 * line.size
