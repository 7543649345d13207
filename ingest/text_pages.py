"""Page headers, footers and page numbers of plain text, which stand between the lines of its sentences."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from ingest.numbering import split_number

_PAGE_NUMBER = re.compile(
    r"(?i)[-–—]?\s*+(?:(?:page|seite)\s*+)?\d{1,4}(?:\s*+(?:of|/|von)\s*+\d{1,4})?\s*+[-–—]?|-++\s*+[ivxl]{1,5}\s*+-++"
)
_ENDS = (".", ":", ";", "!", "?")
#: This many lines at the top and the bottom of a page are looked at.
_EDGE = 3
_MIN_LENGTH, _MAX_LENGTH = 12, 100


def without_page_lines(raw: str) -> tuple[str, list[str]]:
    """(the text with sentences that run over a page's end in one piece, what stood in headers and footers, each once).

    Lines count as such where a form feed or blank lines set them apart and they come again and again, digits aside.
    """
    if "\f" not in raw:
        return _scrolled(raw)
    pages = [page.split("\n") for page in raw.replace("\r\n", "\n").split("\f")]
    seen = Counter(key for page in pages for key in {_key(page[n]) for n in _edges(page)})
    often = {key for key, count in seen.items() if key and count >= max(2, len(pages) // 2)}
    dropped: dict[str, None] = {}
    kept: list[str] = []
    for page in pages:
        edges = set(_edges(page))
        gone = {n for n in edges if _key(page[n]) in often or _PAGE_NUMBER.fullmatch(page[n].strip())}
        dropped |= dict.fromkeys(page[n].strip() for n in sorted(gone))
        _join(kept, [line for n, line in enumerate(page) if n not in gone])
    return "\n".join(kept), list(dropped)


def _scrolled(raw: str) -> tuple[str, list[str]]:
    """The same for text whose form feeds were lost: lone lines that come three times and more, and lone page numbers that count up."""
    lines = raw.replace("\r\n", "\n").split("\n")
    lone = [n for n, line in enumerate(lines) if line.strip() and _blank(lines, n - 1) and _blank(lines, n + 1)]
    seen = Counter(_key(lines[n]) for n in lone if _may_repeat(lines[n].strip()))
    often = {key for key, count in seen.items() if count >= 3}
    numbers = [n for n in lone if _PAGE_NUMBER.fullmatch(lines[n].strip())]
    counted = [int(m[0]) for n in numbers if (m := re.search(r"\d+", lines[n]))]
    rising = sum(b == a + 1 for a, b in pairwise(counted))
    gone = {n for n in lone if _key(lines[n]) in often} | (set(numbers) if len(numbers) >= 3 and rising * 2 >= len(counted) - 1 else set())
    if not gone:
        return raw, []
    dropped = dict.fromkeys(lines[n].strip() for n in sorted(gone))
    kept: list[str] = []
    part: list[str] = []
    for n, line in enumerate(lines):
        if n in gone:
            _join(kept, part)
            part = []
        else:
            part.append(line)
    _join(kept, part)
    return "\n".join(kept), list(dropped)


def _join(kept: list[str], page: Sequence[str]) -> None:
    """Puts a page below the one before; without a gap where a sentence runs on."""
    page = list(page)
    while page and not page[0].strip():
        page.pop(0)
    if kept and page:
        while kept and not kept[-1].strip():
            kept.pop()
        before, after = kept[-1].strip() if kept else "", page[0].strip()
        if before.endswith("-") and before[-2:-1].isalpha() and after[:1].islower():
            kept[-1] = f"{kept[-1].rstrip()[:-1]}{after}"
            page.pop(0)
        elif kept and not before.endswith(_ENDS) and after[:1].islower():
            kept[-1] = f"{kept[-1].rstrip()} {after}"
            page.pop(0)
        else:
            kept.append("")
    kept.extend(page)


def _edges(page: Sequence[str]) -> list[int]:
    filled = [n for n, line in enumerate(page) if line.strip()]
    return sorted({*filled[:_EDGE], *filled[-_EDGE:]}) if len(filled) > 2 * _EDGE else filled[:1] + filled[-1:]


def _may_repeat(line: str) -> bool:
    """A line that could be a page's header: no sentence, no clause and nothing to fill in."""
    return _MIN_LENGTH <= len(line) <= _MAX_LENGTH and not line.endswith(_ENDS) and "__" not in line and split_number(line) is None


def _key(line: str) -> str:
    return re.sub(r"\d+", "#", " ".join(line.split()))


def _blank(lines: Sequence[str], n: int) -> bool:
    return not 0 <= n < len(lines) or not lines[n].strip()
