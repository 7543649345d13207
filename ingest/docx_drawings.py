"""Word drawings that hold words: whether they have room on the page, and whether they paint what is behind the words."""

from __future__ import annotations

from lxml import etree

from ingest.docx_xml import W, number_of

#: English Metric Units: two points, and a little more than the longest side of a page.
_EMU_TINY, _EMU_PAGE = 25_400, 15_000_000
_POINTS = {"pt": 1.0, "in": 72.0, "px": 0.75, "cm": 28.35, "mm": 2.835}


def is_unseen(element: etree._Element) -> bool:
    """Whether this is a drawing without room, off the page or flagged as hidden."""
    name = etree.QName(element).localname
    if name in ("anchor", "inline"):
        return _no_room(element)
    return name in ("shape", "rect") and _styled_away(element.get("style") or "")


def is_painted(element: etree._Element) -> bool:
    """Whether this is a shape with a filling."""
    name = etree.QName(element)
    return name.localname in ("wsp", "shape", "rect", "wgp") and name.namespace != W and _painted(element)


def _no_room(anchor: etree._Element) -> bool:
    for child in anchor:
        name = etree.QName(child).localname
        if name == "extent" and any((number_of(child.get(n)) or 0) <= _EMU_TINY for n in ("cx", "cy")):
            return True
        if name == "docPr" and child.get("hidden") in ("1", "true"):
            return True
        if name in ("positionH", "positionV"):
            offset = next((number_of(o.text) for o in child if etree.QName(o).localname == "posOffset"), None)
            if offset is not None and (offset > _EMU_PAGE or offset < -_EMU_PAGE // 2):
                return True
    return False


def _styled_away(style: str) -> bool:
    """A VML shape's CSS: hidden, without size, or far off the page."""
    rules = dict(part.strip().lower().split(":", 1) for part in style.split(";") if ":" in part)
    if rules.get("visibility", "").strip() == "hidden" or rules.get("display", "").strip() == "none":
        return True
    sizes = [_points(rules[n]) for n in ("width", "height") if n in rules]
    places = [_points(rules[n]) for n in ("margin-left", "margin-top", "left", "top") if n in rules]
    return any(s is not None and s <= 2 for s in sizes) or any(p is not None and abs(p) > 1200 for p in places)


def _points(text: str) -> float | None:
    bare = text.strip()
    unit = bare[-2:]
    try:
        return float(bare[:-2]) * _POINTS[unit] if unit in _POINTS else None
    except ValueError:
        return None


def _painted(shape: etree._Element) -> bool:
    if shape.get("fillcolor") not in (None, "white", "#fff", "#ffffff"):
        return True
    names = {etree.QName(e).localname for part in shape if etree.QName(part).localname in ("spPr", "grpSpPr") for e in part}
    return bool(names & {"solidFill", "gradFill", "pattFill", "blipFill"}) or any(
        etree.QName(e).localname == "fillRef" and e.get("idx") not in (None, "0") for part in shape for e in part
    )
