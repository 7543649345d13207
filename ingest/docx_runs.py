"""The words of a Word paragraph: those a reader sees, and those that formatting or a tracked deletion hides."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from ingest.canonical import clean

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
#: Half points; nobody reads type of two points and less.
_TINY = 4


def w(name: str) -> str:
    """A qualified name of WordprocessingML."""
    return f"{{{_W}}}{name}"


_DELETED = (w("del"), w("moveFrom"))
_SKIPPED = (w("pPr"), w("rPr"), w("instrText"), w("delInstrText"), w("commentReference"), f"{{{_MC}}}Fallback")
_BREAKS = (w("br"), w("cr"))
_TEXTS = (w("t"), w("delText"), f"{{{_M}}}t")
_SIGNS = {w("tab"): " ", w("noBreakHyphen"): "-"}
_MAX_DEPTH = 60


@dataclass(slots=True)
class Runs:
    """``boxes``: the contents of text boxes anchored here. ``bold``: all visible words are bold."""

    visible: str = ""
    hidden: str = ""
    bold: bool = False
    boxes: list[etree._Element] = field(default_factory=list)


def runs_of(paragraph: etree._Element) -> Runs:
    """The paragraph's words; line breaks become newlines and tabs blanks."""
    runs, found = Runs(), _Found()
    _walk(paragraph, False, found, runs, 0)
    runs.visible, runs.hidden = clean("".join(found.seen)).strip(), " ".join(clean("".join(found.unseen)).split())
    runs.bold = bool(found.bold) and all(found.bold)
    return runs


@dataclass(slots=True)
class _Found:
    seen: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    bold: list[bool] = field(default_factory=list)


def _walk(element: etree._Element, hidden: bool, found: _Found, runs: Runs, depth: int) -> None:
    for child in element:
        tag = child.tag
        if tag in _SKIPPED or depth > _MAX_DEPTH:
            continue
        if tag == w("txbxContent"):
            runs.boxes.append(child)
        elif tag in _TEXTS:
            (found.unseen if hidden or tag == w("delText") else found.seen).append(child.text or "")
        elif tag in _SIGNS or tag in _BREAKS:
            found.seen.append(_SIGNS.get(tag) or ("\n" if child.get(w("type")) in (None, "textWrapping") else " "))
        else:
            _inside(child, hidden, found, runs, depth)


def _inside(child: etree._Element, hidden: bool, found: _Found, runs: Runs, depth: int) -> None:
    run = child.tag == w("r")
    properties = child.find(w("rPr")) if run else None
    concealed = hidden or child.tag in _DELETED or _conceals(properties)
    if concealed and not hidden:
        # What hides begins anew here; two hidden stretches are no one word.
        found.unseen.append(" ")
    if run and not concealed and (child.findtext(w("t")) or "").strip():
        found.bold.append(_on(properties, "b"))
    _walk(child, concealed, found, runs, depth + 1)


def _on(properties: etree._Element | None, name: str) -> bool:
    flag = properties.find(w(name)) if properties is not None else None
    return flag is not None and flag.get(w("val"), "1") not in ("0", "false", "off")


def _conceals(properties: etree._Element | None) -> bool:
    """Hidden by its flag, white on white, or too small to see."""
    if properties is None:
        return False
    if _on(properties, "vanish") or _on(properties, "webHidden"):
        return True
    size = properties.find(w("sz"))
    if size is not None and size.get(w("val"), "20").isdigit() and int(size.get(w("val"), "20")) <= _TINY:
        return True
    color = properties.find(w("color"))
    if color is None or color.get(w("val"), "").upper() not in ("FFFFFF", "FEFEFE"):
        return False
    return properties.find(w("shd")) is None and properties.find(w("highlight")) is None
