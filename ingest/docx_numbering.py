"""Counts a Word document's automatic numbers, which the file itself does not hold: "7.2", "(b)", "Article IV"."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from docx.document import Document as WordDocument
from lxml import etree

from ingest.docx_runs import w
from ingest.docx_styles import Styles

_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)


@dataclass(frozen=True, slots=True)
class _Level:
    """``text`` is Word's pattern: "%1.%2" shows the counts of levels 1 and 2."""

    format: str
    text: str
    start: int


@dataclass(slots=True)
class _List:
    levels: dict[int, _Level]
    counts: dict[int, int] = field(default_factory=dict)


class Counters:
    """One run down a document: each paragraph is asked for its number once, in order."""

    def __init__(self, word: WordDocument, styles: Styles) -> None:
        self._styles = styles
        self._lists: dict[str, _List] = {}
        root = _numbering_root(word)
        if root is None:
            return
        shared: dict[str, _List] = {}
        for abstract in root.iterchildren(w("abstractNum")):
            shared[abstract.get(w("abstractNumId"), "")] = _List(
                {int(v.get(w("ilvl"), "0")): _level(v) for v in abstract.iterchildren(w("lvl"))}
            )
        for number in root.iterchildren(w("num")):
            target = number.find(w("abstractNumId"))
            base = shared.get(target.get(w("val"), "") if target is not None else "")
            if base is not None:
                self._lists[number.get(w("numId"), "")] = _overridden(number, base)

    def number_of(self, paragraph: etree._Element) -> tuple[str | None, int]:
        """(number as printed, a bullet for bullets, or None; depth from 0, or -1 outside of lists)."""
        place = self._styles.numbering(paragraph)
        if place is None or place[0] not in self._lists:
            return None, -1
        members, depth = self._lists[place[0]], place[1]
        level = members.levels.get(depth)
        if level is None or level.format == "none":
            return None, depth
        members.counts[depth] = members.counts.get(depth, level.start - 1) + 1
        for deeper in [d for d in members.counts if d > depth]:
            del members.counts[deeper]
        if level.format == "bullet":
            return "•", depth
        return re.sub(r"%(\d)", lambda m: _shown(members, int(m[1]) - 1, level), level.text).strip() or None, depth


def _numbering_root(word: WordDocument) -> etree._Element | None:
    for rel in word.part.rels.values():
        if not rel.is_external and rel.reltype.endswith("/numbering"):
            element: etree._Element | None = getattr(rel.target_part, "element", None)
            return element
    return None


def _level(element: etree._Element) -> _Level:
    def value(name: str, default: str) -> str:
        found = element.find(w(name))
        return str(found.get(w("val"), default)) if found is not None else default

    start = value("start", "1")
    return _Level(value("numFmt", "decimal"), value("lvlText", ""), int(start) if start.isdigit() else 1)


def _overridden(number: etree._Element, base: _List) -> _List:
    """Lists that share an abstract list share its counts, unless one starts anew."""
    levels = dict(base.levels)
    anew = False
    for override in number.iterchildren(w("lvlOverride")):
        depth = int(override.get(w("ilvl"), "0"))
        start, level = override.find(w("startOverride")), override.find(w("lvl"))
        if level is not None:
            levels[depth], anew = _level(level), True
        if start is not None and start.get(w("val"), "").isdigit() and depth in levels:
            old = levels[depth]
            levels[depth], anew = _Level(old.format, old.text, int(start.get(w("val"), "1"))), True
    return _List(levels) if anew else _List(levels, base.counts)


def _shown(members: _List, depth: int, level: _Level) -> str:
    own = members.levels.get(depth)
    count = members.counts.get(depth, own.start if own else 1)
    return _formatted(count, own.format if own else level.format)


def _formatted(count: int, style: str) -> str:
    if style in ("lowerLetter", "upperLetter") and count > 0:
        letter = chr(ord("a") + (count - 1) % 26) * min((count - 1) // 26 + 1, 5)
        return letter if style == "lowerLetter" else letter.upper()
    if style in ("lowerRoman", "upperRoman") and 0 < count < 4000:
        roman = _roman(count)
        return roman if style == "lowerRoman" else roman.upper()
    return f"{count:02d}" if style == "decimalZero" else str(count)


def _roman(count: int) -> str:
    parts = []
    for value, letters in _ROMAN:
        parts.append(letters * (count // value))
        count %= value
    return "".join(parts)
