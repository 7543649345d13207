"""Which elements of a page no reader sees: attributes, inline styles and simple rules of its style sheets."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from lxml import html

_RULE = re.compile(r"([^{}]{1,500})\{([^{}]{0,2000})\}")
_SIMPLE = re.compile(r"(?:[a-zA-Z][\w-]*)?(?:[.#][\w-]+)?")
_COMMENT = re.compile(r"/\*.{0,5000}?\*/", re.DOTALL)
_NONE = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|opacity:0(?:\.0*)?(?![\d.])"
    r"|(?:^|;)font-size:(?:0+(?:\.0*)?(?:px|pt|r?em|%)?|0?\.\d+(?:px|pt)|1(?:\.\d+)?(?:px|pt)|0?\.[01]\d*r?em)(?:;|!|$)"
)
_OFF_PAGE = re.compile(r"(?:left|top|right|text-indent|margin-left|margin-top):-\d{3,}")
_CLIPPED = re.compile(r"clip:rect\((?:0|1)(?:px)?[, ](?:0|1)|clip-path:inset\((?:50|100)%")
_NO_ROOM = re.compile(r"(?:^|;)(?:max-)?(?:height|width):0(?:px)?(?:;|!|$)")
_COLOR = re.compile(r"(?:^|;)color:([^;!]+)")
_BACKGROUND = re.compile(r"(?:^|;)background(?:-color)?:([^;!]+)")
_WHITE = re.compile(r"(?:white|#fff(?:fff)?|#fef|#fefefe|rgba?\(255,255,255(?:,1)?\)|transparent|rgba\(\d+,\d+,\d+,0(?:\.0+)?\))$")


@dataclass(frozen=True, slots=True)
class Sheet:
    """``hiding``: simple selectors (tag, .class, #id, tag.class) whose rule hides. ``dark``: a rule paints a background."""

    hiding: frozenset[str] = frozenset()
    dark: bool = False


def hides(element: html.HtmlElement, sheet: Sheet) -> bool:
    """Whether the element is not drawn, or drawn where or so that nobody can read it."""
    if element.get("hidden") is not None or element.tag == "input":
        return True
    style = element.get("style")
    if style and _conceals(style, lambda: _on_dark(element, sheet)):
        return True
    if element.tag == "font" and _WHITE.fullmatch((element.get("color") or "").lower().replace(" ", "")):
        return not _on_dark(element, sheet)
    return bool(sheet.hiding) and any(name in sheet.hiding for name in _names(element))


def sheet_of(text: str) -> Sheet:
    """What a page's own style sheets say; a media query's rules count like any."""
    rules = _RULE.findall(_COMMENT.sub("", text[:200_000]))
    backgrounds = [m[1] for _, body in rules if (m := _BACKGROUND.search(_bare(body)))]
    dark = any(not _WHITE.fullmatch(b) for b in backgrounds)
    found: set[str] = set()
    for selectors, body in rules:
        if _conceals(body, lambda: dark):
            # A rule for a state such as :hover, or for what stands inside something else, is no reason to call words hidden.
            found |= {s.strip() for s in selectors.split(",") if _SIMPLE.fullmatch(s.strip()) and s.strip()}
    return Sheet(frozenset(found), dark)


def _bare(style: str) -> str:
    return re.sub(r"\s+", "", style.lower())


def _names(element: html.HtmlElement) -> list[str]:
    classes = [f".{c}" for c in (element.get("class") or "").split()]
    ids = [f"#{element.get('id')}"] if element.get("id") else []
    return [element.tag, *classes, *ids, *(f"{element.tag}{n}" for n in classes + ids)]


def _conceals(style: str, on_dark: Callable[[], bool]) -> bool:
    bare = _bare(style)
    if _NONE.search(bare) or _CLIPPED.search(bare):
        return True
    if _OFF_PAGE.search(bare) and ("position:" in bare or "text-indent" in bare):
        return True
    if _NO_ROOM.search(bare) and "overflow:hidden" in bare:
        return True
    color, background = _COLOR.search(bare), _BACKGROUND.search(bare)
    if color is None:
        return False
    if background is not None:
        return color[1] == background[1]
    return bool(_WHITE.fullmatch(color[1])) and not on_dark()


def _on_dark(element: html.HtmlElement, sheet: Sheet) -> bool:
    """Whether something around the element may give it a background of its own, against which white can be read."""
    for around in (element, *element.iterancestors()):
        background = _BACKGROUND.search(_bare(around.get("style") or ""))
        if around.get("bgcolor") or sheet.dark and around.get("class") or background is not None and not _WHITE.fullmatch(background[1]):
            return True
    return False
