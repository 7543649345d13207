"""The markers that a browser draws before list items."""

from __future__ import annotations

import re

from lxml import html

from ingest.docx_figures import figure

_TYPES = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_STYLES = {
    "lower-alpha": "lowerLetter", "lower-latin": "lowerLetter", "upper-alpha": "upperLetter", "upper-latin": "upperLetter",
    "lower-roman": "lowerRoman", "upper-roman": "upperRoman", "decimal-leading-zero": "decimalZero", "decimal": "decimal",
}  # fmt: skip
_STATED = re.compile(r"list-style(?:-type)?:([a-z-]+)")
#: Styles without a number, though the list is an ordered one.
_UNNUMBERED = ("disc", "circle", "square", "none")


class ItemCounter:
    """Counts the items of one list."""

    def __init__(self, parent: html.HtmlElement, style: str) -> None:
        """``style``: the list's CSS declarations without blanks."""
        self._ordered = parent.tag == "ol"
        stated = _STATED.findall(style)
        named = stated[-1] if stated else ""
        self._style = _STYLES.get(named) or _TYPES.get(parent.get("type") or "", "decimal")
        self._plain = named in _UNNUMBERED
        self._step = -1 if parent.get("reversed") is not None else 1
        start = whole(parent.get("start"))
        self._next = start if start is not None else sum(c.tag == "li" for c in parent) if self._step < 0 else 1

    def marker(self, item: html.HtmlElement) -> tuple[str, str | None]:
        """(what stands before the item's words, its number)."""
        if not self._ordered or self._plain:
            return "• ", None
        value = whole(item.get("value"))
        count = self._next if value is None else value
        self._next = count + self._step
        shown = figure(count, _TYPES.get(item.get("type") or "", self._style))
        return f"{shown}. ", shown


def whole(text: str | None) -> int | None:
    """A whole number as attributes state it, or None."""
    bare = (text or "").strip()
    return int(bare) if bare.lstrip("-").isdigit() and bare.isascii() and len(bare) < 7 and bare.count("-") < 2 else None
