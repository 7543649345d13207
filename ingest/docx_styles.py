"""What a Word paragraph's style says: whether it is a title, a heading and of which level, and which list it belongs to."""

from __future__ import annotations

import re

from docx.document import Document as WordDocument
from lxml import etree

from ingest.docx_runs import w

_HEADING = re.compile(r"(?i)(?:heading|überschrift|titre|título|titolo|kop|overskrift)\s*(\d)")
#: A style may be based on another, but a file can lie and make a ring.
_MAX_CHAIN = 20


class Styles:
    """Styles by id, looked up along what they are based on."""

    def __init__(self, word: WordDocument) -> None:
        self._styles: dict[str, etree._Element] = {}
        self._default: str | None = None
        for style in word.styles.element.iter(w("style")):
            self._styles[style.get(w("styleId"), "")] = style
            if style.get(w("type")) == "paragraph" and style.get(w("default")) in ("1", "true"):
                self._default = style.get(w("styleId"))

    def chain(self, paragraph: etree._Element) -> list[etree._Element]:
        """The paragraph's style and what it is based on, nearest first."""
        named = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
        name = named.get(w("val")) if named is not None else self._default
        found: list[etree._Element] = []
        while name in self._styles and len(found) < _MAX_CHAIN:
            found.append(self._styles[name])
            based = found[-1].find(w("basedOn"))
            name = based.get(w("val")) if based is not None else None
        return found

    def heading_level(self, paragraph: etree._Element) -> int | None:
        """0 for a title, 1 to 9 for a heading, None for anything else."""
        own = paragraph.find(f"{w('pPr')}/{w('outlineLvl')}")
        if own is not None:
            return _level(own)
        for style in self.chain(paragraph):
            named = style.find(w("name"))
            name = (named.get(w("val"), "") if named is not None else "").strip()
            if name.lower() in ("title", "titel", "titre"):
                return 0
            if found := _HEADING.match(name):
                return int(found[1])
            outline = style.find(f"{w('pPr')}/{w('outlineLvl')}")
            if outline is not None:
                return _level(outline)
        return None

    def numbering(self, paragraph: etree._Element) -> tuple[str, int] | None:
        """(list id, depth from 0) that the paragraph or its style names; None where it is in no list."""
        depth: int | None = None
        for holder in (paragraph, *self.chain(paragraph)):
            properties = holder.find(f"{w('pPr')}/{w('numPr')}")
            if properties is None:
                continue
            level, number = properties.find(w("ilvl")), properties.find(w("numId"))
            if depth is None and level is not None and level.get(w("val"), "").isdigit():
                depth = int(level.get(w("val"), "0"))
            if number is not None:
                identity = number.get(w("val"), "0")
                return None if identity == "0" else (identity, min(depth or 0, 8))
        return None


def _level(outline: etree._Element) -> int | None:
    value = outline.get(w("val"), "9")
    return int(value) + 1 if value.isdigit() and int(value) < 9 else None
