"""Which lines of a PDF are page headers, footers and page numbers rather than its words."""

from __future__ import annotations

import re
from collections import Counter

from ingest.numbering import split_number
from ingest.pdf_lines import Line

#: How many lines from the top and the bottom of a page may be header or footer.
_OUTER = 4
_PAGE_NUMBER = re.compile(
    r"(?i)(?:[-–—\[(|\s]*+(?:(?:page|p\.|pg\.?|seite)\s*+)?\d{1,4}(?:\s*+(?:of|/|von)\s*+\d{1,4})?[-–—\])|\s]*+|<page>"
    r"|[-–—]\s*+[ivxlc]{1,6}\s*+[-–—]|[ivxlc]{1,4})"
)
_ALONE = re.compile(r"[-–—]?\s*\d{1,3}\s*[-–—]?|<PAGE>\s*\d*|(?i:page)\s+\d{1,3}(?:\s+of\s+\d{1,3})?")
_FOOTER = re.compile(r"(?i)(?:\bpage\s+\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|\|\s*\d{1,4})\s*$")
#: Times the size of the text, from which a line may be a watermark.
_LARGE = 2.5
#: Underlining made of characters.
_RULE = re.compile(r"[-_=*~.\s]{4,}")
#: A heading of its own line that differs from its like only in its number.
_NUMBERED = re.compile(r"(?i)(?:article|section|clause|schedule|annex|appendix|exhibit|part|chapter)\s+[\divxlc.a-z]{1,6}")
_DIGITS = re.compile(r"\d+|\b[ivxlc]+\b")


def furniture_of(pages: list[list[Line]], heights: list[float], size: float) -> set[int]:
    """``id`` of each furniture line; a line counts where its words repeat at one height on several pages, or by its looks.

    Rules made of dashes, words set askew or sideways and those drawn large across others are furniture too. ``size``: that of the text.
    """
    outer = [_outer(lines) for lines in pages]
    words = {id(line): _words(line) for lines in outer for line in lines}
    keys = {id(line): _keys(line, words[id(line)]) for lines in outer for line in lines}
    seen: Counter[tuple[str, int]] = Counter()
    anywhere: Counter[str] = Counter()
    for lines in outer:
        seen.update({key for line in lines for key in keys[id(line)]})
        anywhere.update({words[id(line)] for line in lines})
    # A title that is printed again on the next page or two is no running head.
    wanted = max(2, round(0.2 * len(pages)))
    often = max(3, round(0.4 * len(pages)))
    found: set[int] = set()
    for number, lines in enumerate(outer):
        edge = {id(line) for line in lines if _at_edge(line, heights[number])}
        again = {
            id(line)
            for line in lines
            if max(seen[key] for key in keys[id(line)]) >= wanted or anywhere[words[id(line)]] >= often
            if not _NUMBERED.fullmatch(line.text.strip())
        }
        found |= edge | _apart(pages[number], again, edge)
    large = _LARGE * size
    for lines in pages:
        found |= {id(line) for line in lines if line.cell is None and (_RULE.fullmatch(line.text) or _stands_alone(line, lines))}
        found |= {id(line) for line in lines if not line.hidden and (line.aside or line.size > large and _across(line, lines))}
    return found


def _across(line: Line, lines: list[Line]) -> bool:
    """Whether other lines run through this one, as they do through a watermark."""
    through = [
        other for other in lines
        if other is not line and other.size < line.size / 2 and line.y0 < (other.y0 + other.y1) / 2 < line.y1
        and other.x0 < line.x1 and line.x0 < other.x1
    ]  # fmt: skip
    return len(through) >= 2


def _apart(lines: list[Line], again: set[int], edge: set[int]) -> set[int]:
    """Of the lines that are printed again elsewhere those that stand apart from the text: what a sentence ends with repeats as well."""
    rows = sorted((line for line in lines if line.cell is None and not line.hidden and not line.aside), key=lambda line: -line.y0)
    found: set[int] = set()
    at = 0
    while at < len(rows):
        end = at
        while end < len(rows) and id(rows[end]) in again | edge:
            end += 1
        run = rows[at:end]
        # What touches the text belongs to it.
        while run and at > 0 and _touch(rows[at - 1], run[0]):
            run = run[1:]
        while run and end < len(rows) and _touch(run[-1], rows[end]):
            run = run[:-1]
        found |= {id(line) for line in run if id(line) in again}
        at = max(end, at + 1)
    return found


def _touch(upper: Line, lower: Line) -> bool:
    """Whether two lines follow each other as those of a paragraph do."""
    apart = upper.y0 - lower.y0
    return abs(upper.size - lower.size) < 0.5 and abs(upper.bold - lower.bold) < 0.5 and apart < 1.3 * max(upper.height, lower.height)


def _outer(lines: list[Line]) -> list[Line]:
    free = sorted((line for line in lines if line.cell is None and not line.hidden), key=lambda line: -line.y0)
    return free if len(free) <= 2 * _OUTER else free[:_OUTER] + free[-_OUTER:]


def _keys(line: Line, words: str) -> list[tuple[str, int]]:
    """The line's words, at its height to within 8 points and half a step off."""
    return [(words, int(line.y0 // 8)), (words, int((line.y0 + 4) // 8) + 10_000)]


def _words(line: Line) -> str:
    """Figures count as alike (page numbers), but not those of a clause or a sentence, which differ only in them."""
    words = " ".join(line.text.split()).lower()
    if words.endswith(".") or split_number(" ".join(line.text.split())) is not None:
        return words
    return _DIGITS.sub("#", words)


def _at_edge(line: Line, height: float) -> bool:
    """A footer that names its page is known even in a document of one page."""
    edge = line.y0 < 0.08 * height or line.y1 > 0.94 * height
    text = " ".join(line.text.split())
    return edge and (bool(_PAGE_NUMBER.fullmatch(text)) or len(text) < 160 and bool(_FOOTER.search(text)))


def _stands_alone(line: Line, lines: list[Line]) -> bool:
    """A page number in the middle of a page, where a paper page ended that was set anew: nothing stands beside it."""
    text = line.text.strip()
    if not _ALONE.fullmatch(text):
        return False
    return not any(other is not line and abs(other.y0 - line.y0) < 0.5 * line.height for other in lines)
