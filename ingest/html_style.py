"""Which words of a page no reader sees or a reader sees struck out: attributes, inline styles and the rules of its own style sheets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice

from lxml import html

from ingest.html_colors import CLEAR, UNKNOWN, alike, color_of

_COMPOUND = re.compile(r"(?:[a-zA-Z][\w-]*|\*)?(?:[.#][\w-]+)*")
_NARROW_SCREEN = re.compile(r"max-width:\s*(\d+)")
_BRACE = re.compile(r"[{}]")
_MAX_RULES = 5_000
#: Characters of style sheets that are looked at, of one rule's selectors, and of the declarations of one element.
_MAX_SHEET, _MAX_SELECTORS, _MAX_STYLE = 400_000, 2_000, 4_000
_GONE = re.compile(r"(?:^|;)(?:display:none|opacity:0*(?:\.0*)?%?(?=[;!]|$)|content-visibility:hidden|font-size-adjust:0(?=;|$))")
_VISIBILITY = re.compile(r"(?:^|;)visibility:(\w+)")
_SIZE = re.compile(r"(?:^|;)font(?:-size)?:(?:[^;]*?[\s,])?(\d{0,6}\.?\d{1,6})(px|pt|r?em|%)?(?=[;!/,]|$)")
_NAMED_SIZE = re.compile(r"(?:^|;)font-size:(?:x+-small|small|medium|large|x+-large|inherit)")
_OFF_PAGE = re.compile(
    r"(?:^|;)(?:left|top|right|bottom|text-indent|margin-left|margin-top):-(?:\d{3,}(?:\.\d+)?(?:px|pt)?|\d{2,}(?:\.\d+)?r?em)"
)
_MOVED = re.compile(r"transform:(?:[^;]*\))?(?:scale\(0(?:\.0\d*)?[,)]|translate[xy]?\(-\d{4,})")
_CLIPPED = re.compile(r"clip:rect\((?:0|1)(?:px)?[, ]?(?:0|1)|clip-path:(?:inset\((?:50|100)%|circle\(0)")
_NO_ROOM = re.compile(r"(?:^|;)(?:max-)?(?:height|width):[01](?:\.\d+)?(?:px|pt)?(?=;|!|$)")
_COLOR = re.compile(r"(?:^|;)(?:color|-webkit-text-fill-color):([^;!]+)")
_BACKGROUND = re.compile(r"(?:^|;)background(?:-color|-image)?:([^;!]+)")
_STRUCK = re.compile(r"(?:^|;)text-decoration(?:-line)?:[^;]*line-through")
_IMPORTANT = re.compile(r"(?:^|;)([\w-]++:[^;!]++)!important")
_UNDRAWN = ("input", "template", "noscript")
_TINY = {"px": 2.0, "pt": 2.0, "em": 0.15, "rem": 0.15, "%": 15.0, "": 2.0}


@dataclass(frozen=True, slots=True)
class Look:
    """What holds for words at a point of the tree. ``gone``: no descendant can undo it. ``ground``: the colour behind the words."""

    gone: bool = False
    invisible: bool = False
    tiny: bool = False
    struck: bool = False
    color: str | None = None
    ground: str = "ffffff"

    @property
    def hidden(self) -> bool:
        """Not drawn, or drawn where or so that nobody can read it."""
        return self.gone or self.invisible or self.tiny or self.color == CLEAR or alike(self.color, self.ground)


@dataclass(frozen=True, slots=True)
class _Rule:
    """``above``: what the ancestors must be, nearest first; ``rank``: which of two rules wins."""

    compound: str
    above: tuple[str, ...]
    style: str
    rank: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rules by the last id, class or tag of their selectors; only rules that bear on what can be seen."""

    rules: dict[str, list[_Rule]] = field(default_factory=dict)

    def style_of(self, element: html.HtmlElement) -> str:
        """The declarations that hold for the element, the strongest last."""
        own = _bare(element.get("style") or "")
        if not self.rules:
            return own
        found = {r.rank: r.style for key in _keys(element) for r in self.rules.get(key, ()) if _matches(r, element)}
        sheets = ";".join(found[rank] for rank in sorted(found))
        if "!important" not in sheets:
            return f"{sheets};{own}" if sheets else own
        return ";".join((sheets, own, *(m[1] for m in _IMPORTANT.finditer(f"{sheets};{own}"))))


def sheet_of(text: str) -> Sheet:
    """What a page's own style sheets say to somebody at a desk; rules for paper and small screens are not for them."""
    rules: dict[str, list[_Rule]] = {}
    for n, (selectors, body) in enumerate(islice(_rules_in(_uncommented(text[:_MAX_SHEET])), _MAX_RULES)):
        style = _bare(body)
        if not any(word in style for word in _BEARING):
            continue
        for selector in selectors.split(",")[:50]:
            # A rule for a state such as :hover, or for neighbours, is no reason to call words hidden.
            parts = selector.replace(">", " ").split()
            if parts and all(_COMPOUND.fullmatch(p) for p in parts):
                rank = (selector.count("#"), selector.count("."), n)
                rules.setdefault(_key(parts[-1]), []).append(_Rule(parts[-1], tuple(reversed(parts[:-1])), style, rank))
    return Sheet(rules)


_BEARING = (
    "display:", "visibility:", "opacity:", "font", "color:", "background", "left:", "top:", "right:", "bottom:", "indent:", "clip",
    "height:",
    "width:", "decoration", "transform", "margin",
)  # fmt: skip


def _uncommented(text: str) -> str:
    first, *rest = text.split("/*")
    return first + "".join(part.partition("*/")[2] for part in rest)


def _rules_in(text: str) -> Iterator[tuple[str, str]]:
    """(selectors, declarations) of the rules that hold at a desk."""
    around: list[bool] = []
    selectors: str | None = None
    at = 0
    for brace in _BRACE.finditer(text):
        said, at = text[at : brace.start()], brace.end()
        if brace[0] == "{":
            prelude = said.rpartition(";")[2].strip()
            if prelude.startswith("@"):
                around.append(all(around) and (not prelude.startswith("@media") or _on_desk(prelude)))
                selectors = None
            else:
                selectors = prelude
        elif selectors is not None:
            if all(around) and len(selectors) <= _MAX_SELECTORS:
                yield selectors, said
            selectors = None
        elif around:
            around.pop()


def _on_desk(query: str) -> bool:
    query = query.lower()
    narrow = _NARROW_SCREEN.search(query)
    if narrow and int(narrow[1][:6]) < 900:
        return False
    return "print" not in query and "speech" not in query and "prefers-" not in query


def look_in(element: html.HtmlElement, sheet: Sheet, above: Look) -> Look:
    """The look of the element's own words; ``above``: that of what it stands in."""
    style = sheet.style_of(element)
    look = above
    # A rule may show again what the attribute hides.
    if (element.get("hidden") is not None or element.tag in _UNDRAWN) and "display:block" not in style:
        return replace(above, gone=True)
    ground = element.get("bgcolor")
    if ground or element.get("background"):
        look = replace(look, ground=_ground(ground or "") or UNKNOWN)
    if element.tag == "font" and element.get("color"):
        look = replace(look, color=color_of(element.get("color") or ""))
    if element.tag in ("s", "strike", "del"):
        look = replace(look, struck=True)
    return _styled(look, style) if style else look


@lru_cache(maxsize=4096)
def _styled(look: Look, style: str) -> Look:
    if _gone(style):
        look = replace(look, gone=True)
    if found := _VISIBILITY.findall(style):
        look = replace(look, invisible=found[-1] in ("hidden", "collapse"))
    if found := _SIZE.findall(style):
        look = replace(look, tiny=float(found[-1][0]) <= _TINY[found[-1][1]])
    elif _NAMED_SIZE.search(style):
        look = replace(look, tiny=False)
    for value in _BACKGROUND.findall(style):
        look = replace(look, ground=_ground(value) or look.ground)
    if found := _COLOR.findall(style):
        look = replace(look, color=color_of(found[-1]) or look.color)
    return replace(look, struck=True) if _STRUCK.search(style) else look


def _ground(value: str) -> str | None:
    """A background's colour; None where it lets through what is behind."""
    color = color_of(value)
    return None if color == CLEAR else color


def _gone(style: str) -> bool:
    shown = style.rfind("display:")
    gone = list(_GONE.finditer(style))
    if any("display" not in m[0] for m in gone) or any(m.end() > shown for m in gone):
        return True
    if _CLIPPED.search(style) or _MOVED.search(style):
        return True
    if _OFF_PAGE.search(style) and ("position:" in style or "text-indent" in style or "margin-" in style):
        return True
    return bool(_NO_ROOM.search(style)) and ("overflow:hidden" in style or "overflow:clip" in style)


@lru_cache(maxsize=4096)
def _bare(style: str) -> str:
    return re.sub(r"\s*([:;,!()])\s*", r"\1", " ".join(style[:_MAX_STYLE].lower().split())) if style else ""


def _key(compound: str) -> str:
    names = re.findall(r"[.#][\w-]+", compound)
    return next((n for n in names if n[0] == "#"), names[-1] if names else compound.lower() or "*")


def _keys(element: html.HtmlElement) -> list[str]:
    classes = [f".{c}" for c in dict.fromkeys((element.get("class") or "").split())]
    identity = element.get("id")
    return [element.tag, "*", *classes, *([f"#{identity}"] if identity else [])]


def _matches(rule: _Rule, element: html.HtmlElement) -> bool:
    if not _is(rule.compound, element):
        return False
    wanted = list(rule.above)
    for around in element.iterancestors() if wanted else ():
        if wanted and _is(wanted[0], around):
            wanted.pop(0)
    return not wanted


def _is(compound: str, element: html.HtmlElement) -> bool:
    tag = re.match(r"[a-zA-Z][\w-]*", compound)
    if tag and tag[0].lower() != element.tag:
        return False
    names = set(_keys(element))
    return all(name in names for name in re.findall(r"[.#][\w-]+", compound))
