"""Whether a reader can see a Word run: its flags, type size and colours, stated on it or by the styles above it."""

from __future__ import annotations

from dataclasses import dataclass, fields

from docx.document import Document as WordDocument
from lxml import etree

from ingest.docx_styles import Styles
from ingest.docx_xml import W14, A, flag_of, number_of, related, value_of, w

WHITE = "FFFFFF"
#: What lies behind the words cannot be told, so that light words may well be readable.
UNKNOWN = ""
#: Half points; nobody reads type of two points and less.
_TINY = 4
#: Percent of its width; narrower type is a line.
_NARROW = 5
#: Colours whose parts (0 to 255) differ by no more than this cannot be told apart.
_ALIKE = 18
_TWIPS_TINY = 40
#: Left of this (twips; a page is some 12,000 wide) nothing is on the page any more.
_OFF_PAGE = 10_000
_HIGHLIGHTS = {"white": WHITE, "black": "000000", "yellow": "FFFF00", "lightGray": "C0C0C0", "darkGray": "808080"}
_THEME = {"background1": "lt1", "light1": "lt1", "bg1": "lt1", "text1": "dk1", "dark1": "dk1", "background2": "lt2", "light2": "lt2"}
_THEME |= {"bg2": "lt2", "text2": "dk2", "dark2": "dk2", "hyperlink": "hlink", "followedHyperlink": "folHlink"}


@dataclass(frozen=True, slots=True)
class Look:
    """What is stated about type; None where it is left to what stands above. Colours are six hexadecimal digits; "auto" is readable."""

    vanish: bool | None = None
    struck: bool | None = None
    bold: bool | None = None
    color: str | None = None
    fill: str | None = None
    size: int | None = None
    width: int | None = None
    clear: bool | None = None

    def over(self, base: Look) -> Look:
        """This look where it says something, else the one below it."""
        mine = {f.name: getattr(self, f.name) for f in fields(self)}
        return Look(**{name: value if value is not None else getattr(base, name) for name, value in mine.items()})


_NOTHING = Look()


class Looks:
    """The looks of one document's runs."""

    def __init__(self, word: WordDocument, styles: Styles) -> None:
        self._styles = styles
        self._cache: dict[str, Look] = {}
        self._plain: dict[str | None, Look] = {}
        theme = related(word.part, "theme")
        self._theme = _theme_colors(theme) if theme is not None else {}
        self._defaults = self.look_in(styles.root.find(f"{w('docDefaults')}/{w('rPrDefault')}/{w('rPr')}"))
        page = word.element.find(w("background"))
        self.page = (self._color(page, "color", "themeColor") if page is not None else None) or WHITE

    def of_style(self, name: str | None) -> Look:
        """What a style and those it is based on say together."""
        if not name:
            return _NOTHING
        if name not in self._cache:
            look = _NOTHING
            for style in reversed(self._styles.chain_of(name)):
                look = self.look_in(style.find(w("rPr"))).over(look)
            self._cache[name] = look
        return self._cache[name]

    def of_paragraph(self, paragraph: etree._Element) -> Look:
        """What holds for runs that say nothing themselves."""
        name = self._styles.named(paragraph)
        if name not in self._plain:
            self._plain[name] = self.of_style(name).over(self._defaults)
        return self._plain[name]

    def of_run(self, properties: etree._Element | None, base: Look) -> Look:
        """``base``: the paragraph's look."""
        if properties is None:
            return base
        return self.look_in(properties).over(self.of_style(value_of(properties, "rStyle"))).over(base)

    def look_in(self, properties: etree._Element | None) -> Look:
        """What the run properties themselves say."""
        if properties is None or not len(properties):
            return _NOTHING
        color, shade = properties.find(w("color")), properties.find(w("shd"))
        marker = value_of(properties, "highlight")
        fill = _HIGHLIGHTS.get(marker, UNKNOWN) if marker and marker != "none" else self._fill(shade)
        struck = flag_of(properties, "strike")
        double = flag_of(properties, "dstrike")
        return Look(
            flag_of(properties, "vanish"),
            struck or double if struck is not None or double is not None else None,
            flag_of(properties, "b"),
            self._color(color, "val", "themeColor") if color is not None else None,
            fill,
            number_of(value_of(properties, "sz")),
            number_of(value_of(properties, "w")),
            True if _sees_through(properties) else None,
        )

    def _fill(self, shade: etree._Element | None) -> str | None:
        """The colour behind; None where there is none of its own."""
        if shade is None:
            return None
        if shade.get(w("val")) not in (None, "clear", "nil"):
            return self._color(shade, "color", "themeColor") or UNKNOWN
        found = self._color(shade, "fill", "themeFill")
        return None if found in (None, "auto") else found

    def _color(self, element: etree._Element, name: str, theme: str) -> str | None:
        stated = element.get(w(name))
        named = element.get(w(theme))
        if named and not any(element.get(w(f"{theme}{t}")) for t in ("Tint", "Shade")):
            stated = self._theme.get(_THEME.get(named, named)) or stated
        if stated is None or stated.lower() == "auto":
            return None if stated is None else "auto"
        return stated.upper() if len(stated) == 6 else UNKNOWN

    def ground(self, properties: etree._Element | None, below: str) -> str:
        """The colour behind what paragraph or cell properties describe; ``below``: behind what it stands in."""
        return self._fill(properties.find(w("shd")) if properties is not None else None) or below

    def shades(self, table: etree._Element) -> bool:
        """Whether the table's style paints any cell, whichever."""
        return any(self._fill(s) not in (None, WHITE) for style in self._styles.chain_of(value_of(table, "tblPr", "tblStyle"))
                   for s in style.iter(w("shd")))  # fmt: skip


def conceals(look: Look, ground: str) -> bool:
    """Hidden by its flag, in the colour of what is behind it, or too small to see. ``ground``: the colour behind the paragraph."""
    if look.vanish or look.clear:
        return True
    if look.size is not None and look.size <= _TINY or look.width is not None and look.width <= _NARROW:
        return True
    behind = ground if look.fill is None else look.fill
    return bool(look.color) and bool(behind) and _alike(str(look.color), behind)


def off_page(paragraph: etree._Element) -> bool:
    """A frame without room, a line without height, or an indent beyond the page."""
    properties = paragraph.find(w("pPr"))
    if properties is None:
        return False
    frame, spacing, indent = (properties.find(w(n)) for n in ("framePr", "spacing", "ind"))
    if frame is not None and _outside(frame):
        return True
    if spacing is not None and spacing.get(w("lineRule")) == "exact" and _at_most(spacing.get(w("line")), _TWIPS_TINY):
        return True
    return indent is not None and any(_at_most(indent.get(w(n)), -_OFF_PAGE) for n in ("left", "start"))


def _outside(frame: etree._Element) -> bool:
    if frame.get(w("hRule")) == "exact" and _at_most(frame.get(w("h")), _TWIPS_TINY):
        return True
    return any(abs(number_of(frame.get(w(n))) or 0) > 2 * _OFF_PAGE or _at_most(frame.get(w(n)), -_OFF_PAGE // 2) for n in ("x", "y"))


def _at_most(text: str | None, limit: int) -> bool:
    found = number_of(text)
    return found is not None and found <= limit


def _alike(one: str, other: str) -> bool:
    if "auto" in (one, other):
        return False
    try:
        pairs = [(int(one[n : n + 2], 16), int(other[n : n + 2], 16)) for n in (0, 2, 4)]
    except ValueError:
        return False
    return all(abs(a - b) <= _ALIKE for a, b in pairs)


def _sees_through(properties: etree._Element) -> bool:
    """A text fill that is none, or nearly transparent (thousandths of a percent)."""
    fill = properties.find(f"{{{W14}}}textFill")
    if fill is None:
        return False
    if fill.find(f"{{{W14}}}noFill") is not None:
        return properties.find(f"{{{W14}}}textOutline") is None
    return any((number_of(a.get(f"{{{W14}}}val")) or 0) >= 97_000 for a in fill.iter(f"{{{W14}}}alpha"))


def _theme_colors(theme: etree._Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for scheme in theme.iter(f"{{{A}}}clrScheme"):
        for named in scheme:
            for color in named:
                found[etree.QName(named).localname] = str(color.get("lastClr") or color.get("val") or "")
    return found
