"""What a Word paragraph's style says: whether it is a title, a heading and of which level, and which list it belongs to."""

from __future__ import annotations

import re

from docx.document import Document as WordDocument
from lxml import etree

from ingest.docx_xml import number_of, related, value_of, w

_HEADING = re.compile(r"(?i)(?:heading|überschrift|titre|título|titolo|kop|overskrift)\s*(\d)")
_CONTENTS = re.compile(r"(?i)(?:toc|verzeichnis|tm)\s*\d|table of figures")
#: A style may be based on another, but a file can lie and make a ring.
_MAX_CHAIN = 20


class Styles:
    """Styles by id, looked up along what they are based on."""

    def __init__(self, word: WordDocument) -> None:
        self._styles: dict[str, etree._Element] = {}
        self._default: str | None = None
        self._levels: dict[str | None, int | None] = {}
        found = related(word.part, "styles")
        self.root: etree._Element = etree.Element(w("styles")) if found is None else found
        for style in self.root.iter(w("style")):
            self._styles[style.get(w("styleId"), "")] = style
            if style.get(w("type")) == "paragraph" and style.get(w("default")) in ("1", "true"):
                self._default = style.get(w("styleId"))

    def named(self, paragraph: etree._Element) -> str | None:
        """The id of the paragraph's style."""
        return value_of(paragraph, "pPr", "pStyle") or self._default

    def chain_of(self, name: str | None) -> list[etree._Element]:
        """A style and what it is based on, nearest first."""
        found: list[etree._Element] = []
        while name in self._styles and len(found) < _MAX_CHAIN:
            found.append(self._styles[name])
            name = value_of(found[-1], "basedOn")
        return found

    def chain(self, paragraph: etree._Element) -> list[etree._Element]:
        """The paragraph's style and what it is based on, nearest first."""
        return self.chain_of(self.named(paragraph))

    def heading_level(self, paragraph: etree._Element) -> int | None:
        """0 for a title, 1 to 9 for a heading, None for anything else."""
        own = paragraph.find(f"{w('pPr')}/{w('outlineLvl')}")
        if own is not None:
            return _level(own)
        name = self.named(paragraph)
        if name not in self._levels:
            self._levels[name] = self._level_of(name)
        return self._levels[name]

    def _level_of(self, named: str | None) -> int | None:
        for style in self.chain_of(named):
            name = (value_of(style, "name") or "").strip()
            if name.lower() in ("title", "titel", "titre"):
                return 0
            if found := _HEADING.match(name):
                return int(found[1])
            outline = style.find(f"{w('pPr')}/{w('outlineLvl')}")
            if outline is not None:
                return _level(outline)
        return None

    def is_contents(self, paragraph: etree._Element) -> bool:
        """Whether the style is that of an entry of a table of contents."""
        return any(_CONTENTS.fullmatch((value_of(s, "name") or "").strip()) for s in self.chain(paragraph)[:1])

    def numbering(self, paragraph: etree._Element) -> tuple[str, int | None, str] | None:
        """(list id, depth from 0 where one is named, id of the style that named the list or ""); None where it is in no list."""
        depth: int | None = None
        for holder in (paragraph, *self.chain(paragraph)):
            properties = holder.find(f"{w('pPr')}/{w('numPr')}")
            if properties is None:
                continue
            if depth is None:
                depth = number_of(value_of(properties, "ilvl"))
            number = value_of(properties, "numId")
            if number is not None:
                named = self.named(paragraph) if holder is not paragraph else None
                return None if number == "0" else (number, depth, named or "")
        return None

    def list_of(self, style: str) -> str | None:
        """The list id that a numbering style stands for."""
        return next((n for s in self.chain_of(style) if (n := value_of(s, "pPr", "numPr", "numId"))), None)


def _level(outline: etree._Element) -> int | None:
    value = outline.get(w("val"), "9")
    return int(value) + 1 if value.isdigit() and int(value) < 9 else None
