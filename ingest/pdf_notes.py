"""Footnotes of a PDF page: small type at its bottom that begins with a number or sign, and the raised figures that refer to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.pdf_lines import Line

_MARKER = re.compile(r"(\d{1,3}|[*†‡§]{1,3})[.)]?\s*(?=\S)")
#: Footnotes are set smaller than this share of the text's size.
_SMALL = 0.93


def footnotes_of(lines: Sequence[Line], taken: set[int], size: float) -> list[list[Line]]:
    """The lines of each footnote of a page, whose text is of a size. ``taken``: ids of furniture."""
    free = [line for line in lines if line.cell is None and not line.hidden and not line.aside and id(line) not in taken]
    at = len(free)
    while at > 0 and free[at - 1].size <= _SMALL * size:
        at -= 1
    small = free[at:]
    # A page of nothing but small type has no footnotes; its text is small.
    if not small or at == 0:
        return []
    wanted = {line.text[s:e] for line in free[:at] for s, e in line.raised}
    notes: list[list[Line]] = []
    for line in small:
        marker = _MARKER.match(line.text)
        if marker and (marker[1] in wanted or any(s == 0 for s, _ in line.raised)):
            notes.append([line])
        elif notes:
            notes[-1].append(line)
    return notes


def marker_of(note: Sequence[Line]) -> tuple[str, str]:
    """(number, what stands before the footnote's first word)."""
    found = _MARKER.match(note[0].text)
    return (found[1], found[0]) if found else ("", "")


def with_references(line: Line, keys: dict[str, str]) -> Line:
    """The line without the raised figures that refer to footnotes. ``keys``: number of a footnote to its key."""
    text, notes = line.text, list(line.notes)
    for start, end in sorted(line.raised, reverse=True):
        key = keys.get(text[start:end])
        if key is None or not start:
            continue
        # Word spaces on both sides of a figure become one.
        after = text[end:] if not text[start - 1].isspace() else text[end:].lstrip()
        gone = len(text) - start - len(after)
        text = (text[:start] + after).rstrip()
        notes = [(at - gone, k) for at, k in notes]
        notes.append((start, key))
    return replace(line, text=text, notes=tuple(sorted(notes))) if notes else line
