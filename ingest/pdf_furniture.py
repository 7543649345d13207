"""Which lines of a PDF are page headers, footers and page numbers rather than its words."""

from __future__ import annotations

import re
from collections import Counter

from ingest.numbering import split_number
from ingest.pdf_lines import Line

#: How many lines from the top and the bottom of a page may be header or footer.
_OUTER = 4
_PAGE_NUMBER = re.compile(
    r"(?i)(?:[-–—\[(|\s]*(?:page|p\.|pg\.?|seite)?\s*\d{1,4}(?:\s*(?:of|/|von)\s*\d{1,4})?[-–—\])|\s]*|<page>"
    r"|[-–—]\s*[ivxlc]{1,6}\s*[-–—]|[ivxlc]{1,4})"
)
_FOOTER = re.compile(r"(?i)(?:\bpage\s+\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|\|\s*\d{1,4})\s*$")
#: Underlining made of characters.
_RULE = re.compile(r"[-_=*~.\s]{4,}")
#: A heading of its own line that differs from its like only in its number.
_NUMBERED = re.compile(r"(?i)(?:article|section|clause|schedule|annex|appendix|exhibit|part|chapter)\s+[\divxlc.a-z]{1,6}")
_DIGITS = re.compile(r"\d+|\b[ivxlc]+\b")


def furniture_of(pages: list[list[Line]], heights: list[float]) -> set[int]:
    """``id`` of each furniture line; a line counts where its words repeat at one height on several pages, or by its looks alone.

    Rules made of dashes count as furniture too.
    """
    outer = [_outer(lines) for lines in pages]
    seen: Counter[tuple[str, int]] = Counter()
    for lines in outer:
        seen.update({key for line in lines for key in _keys(line)})
    anywhere: Counter[str] = Counter()
    for lines in outer:
        anywhere.update({_words(line) for line in lines})
    # A title that is printed again on the next page or two is no running head.
    wanted = max(2, round(0.2 * len(pages)))
    often = max(3, round(0.4 * len(pages)))
    found: set[int] = set()
    for number, lines in enumerate(outer):
        for line in lines:
            repeats = max(seen[key] for key in _keys(line)) >= wanted or anywhere[_words(line)] >= often
            if repeats and not _NUMBERED.fullmatch(line.text.strip()) or _at_edge(line, heights[number]):
                found.add(id(line))
    for lines in pages:
        found |= {id(line) for line in lines if line.cell is None and (_RULE.fullmatch(line.text) or _stands_alone(line, lines))}
    return found


def _outer(lines: list[Line]) -> list[Line]:
    free = sorted((line for line in lines if line.cell is None and not line.hidden), key=lambda line: -line.y0)
    return free if len(free) <= 2 * _OUTER else free[:_OUTER] + free[-_OUTER:]


def _keys(line: Line) -> list[tuple[str, int]]:
    """The line's words, at its height to within 8 points and half a step off."""
    words = _words(line)
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
    if not re.fullmatch(r"[-–—]?\s*\d{1,3}\s*[-–—]?|<PAGE>\s*\d*|(?i:page)\s+\d{1,3}(?:\s+of\s+\d{1,3})?", text):
        return False
    return not any(other is not line and abs(other.y0 - line.y0) < 0.5 * line.height for other in lines)
