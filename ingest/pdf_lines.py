"""The printed lines of a PDF page with their boxes, as pdfium orders them; the cells of ruled tables come as lines of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from domain.document import Box
from ingest.canonical import clean
from ingest.pdf_grid import Grid, cell_at
from ingest.pdf_words import HYPHEN, HYPHENS, PageWords, Word

#: A clause number that its text follows without a blank, as some programs export it.
_STUCK = re.compile(
    '(?:(?:\\d{1,2}\\.(?:\\d{1,3}\\.?){0,4}|\\([a-zA-Z]{1,4}\\)|[A-Za-z]\\.)(?=["“‘(]?[A-Z][A-Za-z])|\\d{1,2}(?:\\.\\d{1,2}){2,4}(?=[a-z]{2}))'
)
_HYPHEN_END = re.compile(f"[{HYPHENS}](?=\\s|$)")


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
        left, bottom, right, top = turned((self.x0, self.y0, self.x1, self.y1), (-self.turn[0]) % 4, self.turn[1], self.turn[2])
        return (round(left, 1), round(bottom, 1), round(right, 1), round(top, 1))

    @property
    def height(self) -> float:
        return max(self.y1 - self.y0, 1.0)


@dataclass(slots=True)
class _Open:
    """A line being collected, one word after the other. ``starts``: (offset, left, right) of each word, of which ``parts`` are parts."""

    cell: tuple[int, int, int] | None
    hidden: bool
    aside: bool
    chars: list[str] = field(default_factory=list)
    parts: list[tuple[int, Word, Box]] = field(default_factory=list)
    starts: list[tuple[int, float, float]] = field(default_factory=list)
    length: int = 0
    right: float = 0.0
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
    quarter = page.quarter
    for word in page.words:
        box = turned(word.box, quarter, *size) if quarter else word.box
        cell = cell_at(grids, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2) if grids else None
        aside = word.type.quarter != quarter and not word.hidden
        if now is None or word.gap == "\n" or now.aside != aside or _breaks(now, word, box, cell):
            if now is not None:
                yield now
            now = _Open(cell, word.hidden, aside)
        _add(now, word, box)
    if now is not None:
        yield now


def _breaks(now: _Open, word: Word, box: Box, cell: tuple[int, int, int] | None) -> bool:
    """Whether a word starts a line of its own although pdfium reported no line break before it."""
    if now.aside:
        return False
    if now.cell != cell or now.hidden != word.hidden:
        return True
    height = max(box[3] - box[1], 1.0)
    return not -0.7 * height <= box[1] - now.base <= 0.7 * height or box[0] < now.right - 2 * height


def _add(now: _Open, word: Word, box: Box) -> None:
    glue = ""
    at = now.length
    if at:
        gap = box[0] - now.right
        size = word.type.size
        # A tab or a run of blanks stays visible, so that columns can be told later.
        if gap > 2.2 * size and not now.aside:
            glue = "\t"
        elif word.gap or gap > 0.3 * size:
            glue = " "
        if glue:
            now.chars.append(glue)
            at += 1
    if glue or not at:
        now.starts.append((at, box[0], box[2]))
    now.chars.append(word.text)
    now.parts.append((at, word, box))
    now.length = at + len(word.text)
    now.base = box[1]
    now.right = max(now.right, box[2])


def _closed(now: _Open, page: int, turn: tuple[int, float, float]) -> Line:
    raw = "".join(now.chars)
    text = raw if raw.isascii() and raw.isprintable() else _plain(raw)
    parts = now.parts
    lefts, bottoms, rights, tops = zip(*(box for _, _, box in parts), strict=True)
    size, bold = parts[0][1].type.size, float(parts[0][1].type.bold)
    raised: tuple[tuple[int, int], ...] = ()
    if any(word.type.size != size or word.type.bold != bold for _, word, _ in parts):
        size, bold, raised = _mixed(parts)
    words = now.starts
    if text != raw:
        words, raised = [], ()
    first = words[0][2] - words[0][1] if words else 0.0
    if words and (stuck := _STUCK.match(text)):
        text, words, raised = _loosened(text, stuck.end(), words, raised)
    edges = min(lefts), min(bottoms), max(rights), max(tops)
    return Line(text, *edges, size, bold, page, now.hidden, now.cell, first, False, tuple(words), raised, now.aside, turn)


def _plain(raw: str) -> str:
    # pdfium hands over the two halves of a pair one by one.
    plain = _HYPHEN_END.sub(HYPHEN, raw)
    if not plain.isascii():
        plain = plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return clean(plain)


def _mixed(parts: Sequence[tuple[int, Word, Box]]) -> tuple[float, float, tuple[tuple[int, int], ...]]:
    """(size, share of bold characters, raised figures) of a line that is set in several types."""
    weights = sorted((word.type.size, len(word.text)) for _, word, _ in parts)
    size = _middle(weights)
    bold = sum(len(word.text) for _, word, _ in parts if word.type.bold) / max(sum(n for _, n in weights), 1)
    return size, bold, tuple(_raised(parts, size))


def _middle(weights: Sequence[tuple[float, int]]) -> float:
    half = sum(n for _, n in weights) / 2
    for size, count in weights:
        half -= count
        if half <= 0:
            return size
    return weights[-1][0]


def _raised(parts: Sequence[tuple[int, Word, Box]], size: float) -> Iterator[tuple[int, int]]:
    base = min(box[1] for _, word, box in parts if word.type.size > 0.85 * size)
    for at, word, box in parts:
        if (
            word.type.size < 0.8 * size
            and box[1] > base + 0.1 * size
            and len(word.text) <= 3
            and (word.text.isdigit() or word.text in "*†‡")
        ):
            yield at, at + len(word.text)


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
