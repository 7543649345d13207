"""Counts a Word document's automatic numbers, which the file itself does not hold: "7.2", "(b)", "Article IV"."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from docx.document import Document as WordDocument
from lxml import etree

from ingest.docx_figures import figure
from ingest.docx_styles import Styles
from ingest.docx_xml import flag_of, number_of, related, value_of, w

#: How a bullet is written whatever sign the list draws.
BULLET = "•"
_DEEPEST = 8
#: A list style may lead to another; a file can make a ring.
_MAX_LINKS = 5


@dataclass(frozen=True, slots=True)
class _Level:
    """``text`` is Word's pattern: "%1.%2" shows the counts of levels 1 and 2. ``restart``: the level (from 1) whose paragraphs, and those
    of levels above it, make this one begin anew; 0 for none, None for every level above. ``style``: of the paragraphs it numbers.
    """

    format: str
    text: str
    start: int
    restart: int | None = None
    legal: bool = False
    hidden: bool = False
    style: str = ""


@dataclass(slots=True)
class _Abstract:
    """Levels and the counts that all lists made from them share."""

    levels: dict[int, _Level]
    counts: dict[int, int] = field(default_factory=dict)
    link: str = ""


@dataclass(slots=True)
class _List:
    """``restarts``: the first paragraph of a level takes this number, whatever the lists before it counted."""

    base: _Abstract
    levels: dict[int, _Level]
    restarts: dict[int, int] = field(default_factory=dict)


class Counters:
    """One run down a document: each paragraph is asked for its number once, in order."""

    def __init__(self, word: WordDocument, styles: Styles) -> None:
        self._styles = styles
        self._lists: dict[str, _List] = {}
        root = related(word.part, "numbering")
        if root is None:
            return
        shared = {a.get(w("abstractNumId"), ""): _abstract(a) for a in root.iterchildren(w("abstractNum"))}
        targets = {n.get(w("numId"), ""): value_of(n, "abstractNumId") or "" for n in root.iterchildren(w("num"))}
        for number in root.iterchildren(w("num")):
            base = self._linked(shared, targets, value_of(number, "abstractNumId") or "")
            if base is not None:
                self._lists[number.get(w("numId"), "")] = _overridden(number, base)

    def _linked(self, shared: dict[str, _Abstract], targets: dict[str, str], name: str) -> _Abstract | None:
        """The definition itself, or the one of the list style that it only points to."""
        for _ in range(_MAX_LINKS):
            found = shared.get(name)
            if found is None or not found.link or found.levels:
                return found
            name = targets.get(self._styles.list_of(found.link) or "", "")
        return None

    def number_of(self, paragraph: etree._Element) -> tuple[str | None, int]:
        """(number as printed, a bullet for bullets, or None; depth from 0, or -1 outside of lists)."""
        place = self._styles.numbering(paragraph)
        if place is None or place[0] not in self._lists:
            return None, -1
        members = self._lists[place[0]]
        depth = min(max(_depth(members, place[1], place[2]), 0), _DEEPEST)
        level = members.levels.get(depth)
        if level is None:
            return None, depth
        _count(members, depth, level)
        if level.format == "bullet":
            return BULLET, depth
        if level.hidden:
            return None, depth
        return " ".join(re.sub(r"%([1-9])", lambda m: _shown(members, int(m[1]) - 1, level), level.text).split()) or None, depth


def _depth(members: _List, stated: int | None, style: str) -> int:
    """Without a depth of its own a style stands where the list names it."""
    if stated is not None:
        return stated
    return next((d for d, v in members.levels.items() if style and v.style == style), 0)


def _count(members: _List, depth: int, level: _Level) -> None:
    counts = members.base.counts
    if depth in members.restarts:
        counts[depth] = members.restarts.pop(depth)
    else:
        counts[depth] = counts.get(depth, level.start - 1) + 1
    for deeper in [d for d in counts if d > depth]:
        restart = members.levels[deeper].restart if deeper in members.levels else None
        if restart is None or depth < restart:
            del counts[deeper]


def _shown(members: _List, depth: int, level: _Level) -> str:
    own = members.levels.get(depth)
    count = members.base.counts.get(depth, own.start if own else 1)
    style = own.format if own else level.format
    if style in ("none", "bullet"):
        return ""
    return figure(count, "decimal" if level.legal and style != "decimalZero" else style)


def _abstract(element: etree._Element) -> _Abstract:
    levels = {number_of(v.get(w("ilvl"))) or 0: _level(v) for v in element.iterchildren(w("lvl"))}
    return _Abstract(levels, link=value_of(element, "numStyleLink") or "")


def _level(element: etree._Element) -> _Level:
    start = number_of(value_of(element, "start"))
    # A format of Word's newer versions stands inside an alternative, next to what older ones fall back to.
    formats = list(element.iter(w("numFmt")))
    form = formats[0].get(w("val"), "decimal") if formats else "decimal"
    if form == "custom":
        form = formats[0].get(w("format"), "decimal")
    return _Level(
        form,
        value_of(element, "lvlText") or "",
        start if start is not None else 0,
        number_of(value_of(element, "lvlRestart")),
        flag_of(element, "isLgl") or False,
        flag_of(element.find(w("rPr")), "vanish") or False,
        value_of(element, "pStyle") or "",
    )


def _overridden(number: etree._Element, base: _Abstract) -> _List:
    """Lists that share a definition count on from each other, unless one starts a level anew."""
    made = _List(base, dict(base.levels))
    for override in number.iterchildren(w("lvlOverride")):
        depth = number_of(override.get(w("ilvl"))) or 0
        level = override.find(w("lvl"))
        if level is not None:
            made.levels[depth] = _level(level)
        start = number_of(value_of(override, "startOverride"))
        if start is not None:
            made.restarts[depth] = start
    return made
