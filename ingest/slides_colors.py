"""Colours of a presentation: as stated, by name, or through the theme and the map that a master lays over it."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass, field

from lxml import etree

from ingest.html_colors import CLEAR, UNKNOWN, color_of

A = "http://schemas.openxmlformats.org/drawingml/2006/main"
WHITE = "ffffff"
_WHOLE = 100_000
#: Thousandths of a percent; what is fainter is not seen.
_FAINT = 3_000
_MAP = {"bg1": "lt1", "tx1": "dk1", "bg2": "lt2", "tx2": "dk2"}
#: From here on a reference to the theme's fills counts those for backgrounds.
_GROUNDS = 1_000
_FILLS = ("noFill", "solidFill", "gradFill", "blipFill", "pattFill", "grpFill")
_DIGITS = frozenset("0123456789abcdef")


def a(name: str) -> str:
    """A qualified name of DrawingML."""
    return f"{{{A}}}{name}"


def whole_number(text: str | None) -> int | None:
    """A number as the file writes it; None for anything else and for what no slide is large enough for."""
    text = text or ""
    return int(text) if len(text) < 16 and text.removeprefix("-").isdecimal() else None


@dataclass(frozen=True, slots=True)
class Palette:
    """``theme``: colours by their names there; ``renamed``: which of them a name on a slide means.

    ``fills`` and ``grounds``: whether each fill of the theme, in order, is the plain colour of whoever refers to it.
    """

    theme: dict[str, str] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    fills: tuple[bool, ...] = ()
    grounds: tuple[bool, ...] = ()

    def over(self, renamed: dict[str, str]) -> Palette:
        """The same theme under another map; an empty map changes nothing."""
        return Palette(self.theme, renamed, self.fills, self.grounds) if renamed else self

    def color(self, holder: etree._Element | None) -> str:
        """The colour that stands in an element such as a solid fill: six digits, CLEAR or UNKNOWN."""
        stated = next((c for c in holder if isinstance(c.tag, str)), None) if holder is not None else None
        if stated is None:
            return UNKNOWN
        found = self._plain(etree.QName(stated).localname, stated)
        return _changed(found, stated)

    def _plain(self, kind: str, stated: etree._Element) -> str:
        value = stated.get("val", "")
        if kind == "srgbClr":
            return _hex(value)
        if kind == "sysClr":
            return _hex(stated.get("lastClr", ""))
        if kind == "prstClr":
            return _hex(color_of(value) or "")
        if kind == "schemeClr":
            return self.theme.get(self.renamed.get(value, _MAP.get(value, value)), UNKNOWN)
        return UNKNOWN

    def fill(self, properties: etree._Element | None) -> str | None:
        """What paints a shape, a cell or a background: a colour, CLEAR, UNKNOWN; None where it is not said. ``grpFill`` is UNKNOWN."""
        for child in properties if properties is not None else ():
            if isinstance(child.tag, str) and (name := etree.QName(child).localname) in _FILLS:
                return CLEAR if name == "noFill" else self.color(child) if name == "solidFill" else UNKNOWN
        return None

    def referred(self, reference: etree._Element | None) -> str | None:
        """The colour of a reference to the theme's fills; None where there is none, CLEAR where it names no fill."""
        if reference is None:
            return None
        number = whole_number(reference.get("idx"))
        if number in (0, _GROUNDS):
            return CLEAR
        if number is None:
            return UNKNOWN
        plain, at = (self.grounds, number - _GROUNDS - 1) if number > _GROUNDS else (self.fills, number - 1)
        return self.color(reference) if 0 <= at < len(plain) and plain[at] else UNKNOWN


def palette_of(theme: etree._Element | None, master: etree._Element | None) -> Palette:
    """The colours that hold below a master; either may be missing."""
    found: dict[str, str] = {}
    plain: dict[str, tuple[bool, ...]] = {}
    if theme is not None:
        for named in theme.iterfind(f".//{a('clrScheme')}/*"):
            found[etree.QName(named).localname] = Palette().color(named)
        for name in ("fillStyleLst", "bgFillStyleLst"):
            plain[name] = tuple(_is_plain(f) for f in theme.iterfind(f".//{a(name)}/*"))
    return Palette(found, map_of(master, "{*}clrMap"), plain.get("fillStyleLst", ()), plain.get("bgFillStyleLst", ()))


def map_of(root: etree._Element | None, path: str) -> dict[str, str]:
    """A map of colour names; empty where there is none."""
    stated = root.find(path) if root is not None else None
    return {str(k): str(v) for k, v in stated.attrib.items()} if stated is not None else {}


def _is_plain(fill: etree._Element) -> bool:
    own = fill.find(a("schemeClr"))
    return fill.tag == a("solidFill") and own is not None and own.get("val") == "phClr" and not len(own)


def _hex(value: str) -> str:
    value = value.lower()
    return value if len(value) == 6 and _DIGITS.issuperset(value) else UNKNOWN


def _changed(color: str, stated: etree._Element) -> str:
    """The colour after the changes that the file makes to it: of its light and its density; after others it is UNKNOWN."""
    light, plus = 1.0, 0.0
    for change in stated:
        name = etree.QName(change).localname if isinstance(change.tag, str) else ""
        value = whole_number(change.get("val"))
        if value is None or name not in ("alpha", "lumMod", "lumOff"):
            return UNKNOWN
        if name == "alpha" and value <= _FAINT:
            return CLEAR
        if name == "alpha" and value < _WHOLE:
            return UNKNOWN
        if name == "lumMod":
            light, plus = light * value / _WHOLE, plus * value / _WHOLE
        elif name == "lumOff":
            plus += value / _WHOLE
    return color if (light, plus) == (1.0, 0.0) or len(color) != 6 else _lit(color, light, plus)


def _lit(color: str, light: float, plus: float) -> str:
    hue, old, full = colorsys.rgb_to_hls(*(int(color[n : n + 2], 16) / 255 for n in (0, 2, 4)))
    new = max(0.0, min(1.0, old * light + plus))
    return "".join(f"{round(part * 255):02x}" for part in colorsys.hls_to_rgb(hue, new, full))
