"""The styles of an OpenDocument file: which words they hide or strike out, and the labels that they give to list items and headings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml import etree

from ingest.docx_figures import figure
from ingest.odf_names import attribute, count_of, q

_FIGURES = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_NO_GROUND = ("", "transparent", "#ffffff")
#: Points; smaller letters than this are a dot.
_TINY = 2.0
_MAX_PARENTS = 20
_TITLES = ("Title", "Titel", "Titre", "Título", "Titolo")


@dataclass(frozen=True, slots=True)
class Look:
    """``hidden`` also where letters are too small to see; ``pale``: white; ``ground``: whether there is a colour behind the words."""

    hidden: bool = False
    struck: bool = False
    pale: bool = False
    ground: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list style. ``style`` is None for bullets; ``shown``: how many levels above are part of the label."""

    style: str | None
    before: str = ""
    after: str = ""
    start: int = 1
    shown: int = 1


@dataclass(slots=True)
class Styles:
    """``dark``: pages have a colour of their own, so that white letters can be seen."""

    lists: dict[str, dict[int, Level]] = field(default_factory=dict)
    outline: dict[int, Level] = field(default_factory=dict)
    dark: bool = False
    _styles: dict[tuple[str, str], etree._Element] = field(default_factory=dict)

    def look(self, family: str, name: str) -> Look:
        """What a style and those it is based on say; the nearest that says something counts."""
        said: dict[str, str] = {}
        for style in self._chain(family, name):
            for properties in style:
                if etree.QName(properties).localname in ("text-properties", "paragraph-properties", "table-cell-properties"):
                    for key, value in properties.attrib.items():
                        said.setdefault(str(key), str(value))
        size = re.fullmatch(r"([\d.]{1,8})pt", said.get(q("fo:font-size"), ""))
        tiny = size is not None and size[1].count(".") < 2 and float(size[1].strip(".") or "9") < _TINY
        ground = said.get(q("fo:background-color"), "").lower() not in _NO_GROUND
        line = said.get(q("style:text-line-through-style"), "none")
        hidden = said.get(q("text:display")) == "none" or tiny
        return Look(hidden, line != "none", said.get(q("fo:color"), "").lower() == "#ffffff", ground)

    def is_title(self, name: str) -> bool:
        """Whether the paragraph style is that of a document's title."""
        return name in _TITLES or any(attribute(s, "style:name") in _TITLES for s in self._chain("paragraph", name))

    def element(self, family: str, name: str) -> etree._Element | None:
        """The style as the file has it."""
        return self._styles.get((family, name))

    def _chain(self, family: str, name: str) -> Iterable[etree._Element]:
        for _ in range(_MAX_PARENTS):
            style = self._styles.get((family, name))
            if style is None:
                return
            yield style
            name = attribute(style, "style:parent-style-name")


def styles_of(*roots: etree._Element | None) -> Styles:
    """The styles of the given parts, the first of which counts where several define one."""
    found = Styles()
    for root in (r for r in roots if r is not None):
        for style in root.iter(q("style:style")):
            found._styles.setdefault((attribute(style, "style:family"), attribute(style, "style:name")), style)
        for listed in root.iter(q("text:list-style")):
            found.lists.setdefault(attribute(listed, "style:name"), _levels(listed))
        for outline in root.iter(q("text:outline-style")):
            found.outline = found.outline or _levels(outline)
        for page in root.iter(q("style:page-layout-properties")):
            found.dark = found.dark or attribute(page, "fo:background-color").lower() not in _NO_GROUND
    return found


def _levels(listed: etree._Element) -> dict[int, Level]:
    levels = {}
    for element in listed:
        number = count_of(element, "text:level", 0)
        if element.tag == q("text:list-level-style-bullet"):
            levels[number] = Level(None)
        elif element.tag in (q("text:list-level-style-number"), q("text:outline-level-style")):
            levels[number] = Level(
                attribute(element, "style:num-format"),
                attribute(element, "style:num-prefix"),
                attribute(element, "style:num-suffix"),
                count_of(element, "text:start-value"),
                count_of(element, "text:display-levels"),
            )
    return levels


@dataclass(slots=True)
class ListCount:
    """How far a list has counted, by level from 1."""

    counts: dict[int, int] = field(default_factory=dict)

    def label(self, levels: dict[int, Level], level: int, start: int | None = None) -> str:
        """Counts one on and gives what is printed; "•" for a bullet, nothing for a level without a number. ``start``: counts from here."""
        own = levels.get(level, Level(None))
        for deeper in [n for n in self.counts if n > level]:
            del self.counts[deeper]
        self.counts[level] = self.counts.get(level, own.start - 1) + 1 if start is None else start
        if own.style is None:
            return "•"
        if not own.style:
            return ""
        shown = []
        for n in range(max(1, level - own.shown + 1), level + 1):
            at = levels.get(n, Level(None))
            if at.style:
                shown.append(figure(self.counts.get(n, at.start), _FIGURES.get(at.style, "decimal")))
        return f"{own.before}{'.'.join(shown)}{own.after}".strip()
