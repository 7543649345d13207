"""How the cells of an XLSX workbook look: their number formats, and whether anybody could see what is in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from lxml import etree

from ingest.sheet_numbers import NumberFormat, code_of, format_of

_T = TypeVar("_T")
_WHITE = "FFFFFF"
#: Where white stands in the palette of older files.
_WHITE_PLACES = ("1", "9")
#: Points; smaller letters than this are a dot.
_TINY = 2.0


@dataclass(frozen=True, slots=True)
class CellStyle:
    """``pale``: white letters on no ground of their own; ``tiny``: too small to be seen."""

    form: NumberFormat
    strong: bool = False
    pale: bool = False
    tiny: bool = False


PLAIN = CellStyle(format_of("General"))


def styles_of(root: etree._Element | None) -> list[CellStyle]:
    """The styles by the number under which cells name them."""
    if root is None:
        return []
    own = {_number(e.get("numFmtId")): e.get("formatCode", "General") for e in root.iterfind("{*}numFmts/{*}numFmt")}
    fonts = list(root.iterfind("{*}fonts/{*}font"))
    fills = [_is_painted(e) for e in root.iterfind("{*}fills/{*}fill")]
    found = []
    for xf in root.iterfind("{*}cellXfs/{*}xf"):
        font = _at(fonts, xf.get("fontId"))
        painted = _at(fills, xf.get("fillId")) or False
        form = format_of(code_of(_number(xf.get("numFmtId")), own))
        found.append(CellStyle(form, _is_bold(font), _is_white(font) and not painted, _is_tiny(font)))
    return found


def _at(items: list[_T], number: str | None) -> _T | None:
    n = _number(number)
    return items[n] if 0 <= n < len(items) else None


def _number(text: str | None) -> int:
    bare = (text or "").strip()
    return int(bare) if bare.isdecimal() and len(bare) < 10 else 0


def _is_painted(fill: etree._Element) -> bool:
    pattern = fill.find("{*}patternFill")
    if pattern is None:
        return fill.find("{*}gradientFill") is not None
    ground = pattern.find("{*}fgColor")
    white = ground is not None and _is_color_white(ground)
    return pattern.get("patternType", "none") != "none" and not white


def _is_bold(font: etree._Element | None) -> bool:
    bold = font.find("{*}b") if font is not None else None
    return bold is not None and bold.get("val", "1") not in ("0", "false")


def _is_white(font: etree._Element | None) -> bool:
    color = font.find("{*}color") if font is not None else None
    return color is not None and _is_color_white(color)


def _is_color_white(color: etree._Element) -> bool:
    # Theme colour 0 is the paper's, white wherever nobody changed it; a negative tint darkens it.
    if color.get("theme") == "0":
        return not color.get("tint", "0").startswith("-")
    return color.get("indexed") in _WHITE_PLACES or bool(color.get("rgb", "").upper()[-6:] == _WHITE)


def _is_tiny(font: etree._Element | None) -> bool:
    size = font.find("{*}sz") if font is not None else None
    try:
        return size is not None and float(size.get("val", "11")) < _TINY
    except ValueError:
        return False
