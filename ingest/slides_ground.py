"""What lies behind the words of a slide: the fill of their own shape, else what was painted before them there, else the background."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from ingest.html_colors import CLEAR, UNKNOWN
from ingest.slides_colors import WHITE, Palette, a, map_of, palette_of, whole_number

#: Left, top, right and bottom, in the units of the slide.
Area = tuple[int, int, int, int]
#: Painted things of one slide that are told apart; beyond them nobody knows what lies behind.
_MAX_PAINTED = 300
_MAX_DEPTH = 50
#: Words run over the edges of their box this far without surprising anybody: half an inch.
_OVER = 457_200
_OVERRIDE = "{*}clrMapOvr/" + a("overrideClrMapping")
#: Shapes that paint all of their area, or nearly.
_FULL = ("rect", "roundRect")
_PLACE = "{*}nvSpPr/{*}nvPr/{*}ph"


@dataclass(frozen=True, slots=True)
class Painted:
    """``area``: None where it is not known, which may be anywhere. ``full``: the colour covers all of it."""

    color: str
    area: Area | None
    full: bool = False


@dataclass(frozen=True, slots=True)
class Below:
    """What a slide gets from its layout and master. ``ground``: the colour of the background, None where nobody states one.

    ``places``: placeholders by ("idx", index) and ("type", type) with their (fill, area).
    """

    palette: Palette = field(default_factory=Palette)
    ground: str | None = None
    painted: tuple[Painted, ...] = ()
    places: dict[tuple[str, str], tuple[str | None, Area | None]] = field(default_factory=dict)


def below_of(layout: etree._Element | None, master: etree._Element | None, theme: etree._Element | None) -> Below:
    """What a layout and its master put on a slide; either may be missing."""
    palette = palette_of(theme, master)
    painted: list[Painted] = []
    places: dict[tuple[str, str], tuple[str | None, Area | None]] = {}
    ground: str | None = None
    for root, own in ((master, palette), (layout, palette.over(map_of(layout, _OVERRIDE)))):
        if root is None:
            continue
        stated = _background(root, own)
        ground = stated if stated is not None else ground
        tree = root.find("{*}cSld/{*}spTree")
        if tree is None:
            continue
        if layout is not None and root is layout and layout.get("showMasterSp") in ("0", "false"):
            painted.clear()
        painted += [p for s in tree for p in painted_by(s, own) if s.find(_PLACE) is None]
        _take_places(tree, own, places)
    return Below(palette.over(map_of(layout, _OVERRIDE)), ground, tuple(painted[: _MAX_PAINTED + 1]), places)


def _take_places(tree: etree._Element, palette: Palette, places: dict[tuple[str, str], tuple[str | None, Area | None]]) -> None:
    """The layout's placeholders over the master's of their type."""
    for shape in tree.iter("{*}sp"):
        place = shape.find(_PLACE)
        if place is None:
            continue
        over = places.get(("type", place.get("type", "obj")), (None, None))
        fill, area = own_fill(shape, palette), area_of(shape)
        found = fill if fill is not None else over[0], area if area is not None else over[1]
        places["type", place.get("type", "obj")] = found
        if place.get("idx"):
            places["idx", place.get("idx", "")] = found


def _background(root: etree._Element, palette: Palette) -> str | None:
    ground = root.find("{*}cSld/{*}bg")
    if ground is None:
        return None
    stated = palette.fill(ground.find("{*}bgPr"))
    stated = stated if stated is not None else palette.referred(ground.find("{*}bgRef"))
    # What paints nothing leaves the sheet of paper; programs do not agree which colour that has.
    return UNKNOWN if stated in (None, CLEAR) else stated


def own_fill(shape: etree._Element, palette: Palette) -> str | None:
    """What the shape itself says of its fill, else its style; None for nothing."""
    stated = palette.fill(shape.find("{*}spPr"))
    return stated if stated is not None else palette.referred(shape.find("{*}style/" + a("fillRef")))


def area_of(shape: etree._Element) -> Area | None:
    """Where the shape says that it is; None where it does not, or is turned."""
    transform = next((t for t in shape.iterfind("*/{*}xfrm")), shape.find("{*}xfrm"))
    if transform is None or transform.get("rot", "0") != "0":
        return None
    corner, size = transform.find(a("off")), transform.find(a("ext"))
    if corner is None or size is None:
        return None
    left, top, width, height = (whole_number(e.get(k)) for e, k in ((corner, "x"), (corner, "y"), (size, "cx"), (size, "cy")))
    if left is None or top is None or width is None or height is None:
        return None
    return left, top, left + width, top + height


def painted_by(shape: etree._Element, palette: Palette, depth: int = 0) -> Iterator[Painted]:
    """What a shape and those inside it paint; inside a group, places count in units of its own, so that its own area stands for them."""
    name = etree.QName(shape).localname if isinstance(shape.tag, str) else ""
    if depth > _MAX_DEPTH:
        return
    if name in ("grpSp", "AlternateContent", "Choice", "Fallback"):
        area = area_of(shape) if name == "grpSp" else None
        for child in shape:
            yield from (Painted(p.color, area if name == "grpSp" else p.area) for p in painted_by(child, palette, depth + 1))
    elif name == "sp":
        fill = own_fill(shape, palette)
        if fill not in (None, CLEAR):
            geometry = shape.find("{*}spPr/" + a("prstGeom"))
            yield Painted(str(fill), area_of(shape), geometry is not None and geometry.get("prst") in _FULL)
    elif name in ("pic", "graphicFrame", "contentPart"):
        yield Painted(UNKNOWN, area_of(shape))


@dataclass(slots=True)
class Ground:
    """Follows a slide's shapes from the lowest to the uppermost. ``page``: the colour of the background."""

    palette: Palette
    page: str
    painted: list[Painted]
    places: dict[tuple[str, str], tuple[str | None, Area | None]]

    def paint(self, shape: etree._Element, area: Area | None) -> None:
        """What the shape paints lies behind those that follow. ``area``: of the outermost group that it is in, else its own."""
        if len(self.painted) <= _MAX_PAINTED:
            fill = self._place(shape)[0] if own_fill(shape, self.palette) is None else None
            found = [Painted(fill, area)] if fill not in (None, CLEAR) else painted_by(shape, self.palette)
            inside = area != area_of(shape)
            self.painted += [Painted(p.color, area, p.full and not inside) for p in found]

    def area(self, shape: etree._Element) -> Area | None:
        """Where the shape is, by itself or by its layout."""
        own = area_of(shape)
        return own if own is not None else self._place(shape)[1]

    def behind(self, shape: etree._Element, area: Area | None) -> tuple[str, ...]:
        """Every colour that may lie behind the shape's words. ``area``: of the shape, or of the outermost group that it is in."""
        fill = own_fill(shape, self.palette)
        fill = fill if fill is not None else self._place(shape)[0]
        return (fill,) if fill not in (None, CLEAR) else self.under(area)

    def under(self, area: Area | None) -> tuple[str, ...]:
        """Every colour that was painted where something without a fill stands."""
        if len(self.painted) > _MAX_PAINTED:
            return (UNKNOWN,)
        found = {self.page}
        for painted in self.painted:
            if _covers(painted, area):
                found = {painted.color}
            elif _touch(painted.area, area):
                found.add(painted.color)
        return tuple(sorted(found))

    def _place(self, shape: etree._Element) -> tuple[str | None, Area | None]:
        place = shape.find(_PLACE)
        if place is None:
            return None, None
        keys = (("idx", place.get("idx", "")), ("type", place.get("type", "obj")))
        return next((self.places[k] for k in keys if k in self.places), (None, None))


def ground_of(slide: etree._Element, below: Below) -> Ground:
    """What lies behind the first shape of a slide. Where nobody states a background it is white, as programs show it."""
    palette = below.palette.over(map_of(slide, _OVERRIDE))
    own = _background(slide, palette)
    page = own if own is not None else below.ground if below.ground is not None else WHITE
    painted = [] if slide.get("showMasterSp") in ("0", "false") else list(below.painted)
    return Ground(palette, page, painted, below.places)


def _covers(painted: Painted, area: Area | None) -> bool:
    if not painted.full or painted.area is None or area is None or len(painted.color) != 6:
        return False
    left, top, right, bottom = painted.area
    return left <= area[0] and top <= area[1] and right >= area[2] and bottom >= area[3]


def _touch(one: Area | None, other: Area | None) -> bool:
    if one is None or other is None:
        return True
    return all(one[n] < other[n + 2] + _OVER and other[n] < one[n + 2] + _OVER for n in (0, 1))
