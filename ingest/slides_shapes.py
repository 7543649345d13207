"""The shapes of a slide in their order: placeholders with what their layout says of them, boxes, groups, tables and diagrams."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from domain.document import BlockKind
from ingest.canonical import LINE_GAP, Draft
from ingest.html_colors import CLEAR, UNKNOWN
from ingest.office_parts import Parts
from ingest.slides_colors import a
from ingest.slides_ground import Area, Below, Ground, below_of
from ingest.slides_text import Bullet, Sight, body_drafts, bullet_of, hidden_drafts, seen_and_hidden, words_of
from ingest.table import Cell, table_drafts

_TITLES = ("title", "ctrTitle")
_FURNITURE = ("sldNum", "dt", "ftr", "hdr")
_MAX_DEPTH = 50
_LEVELS = range(1, 10)


@dataclass(slots=True)
class Layout:
    """Bullets by level: ``by_place`` of each placeholder, by its index; ``body``: those of all body text.

    ``furniture``: what the layout itself prints on every slide; ``below``: what it paints there.
    """

    by_place: dict[str, tuple[Bullet | bool | None, ...]] = field(default_factory=dict)
    body: tuple[Bullet | bool | None, ...] = ()
    furniture: tuple[str, ...] = ()
    below: Below = field(default_factory=Below)


@dataclass(slots=True)
class Layouts:
    """The layouts of a presentation, each read once."""

    parts: Parts
    _known: dict[str, Layout] = field(default_factory=dict)

    def of(self, related: dict[str, tuple[str, str]]) -> Layout:
        """The layout of the slide with these relationships."""
        name = next((target for kind, target in related.values() if kind == "slideLayout"), "")
        if name not in self._known:
            self._known[name] = self._read(name)
        return self._known[name]

    @property
    def furniture(self) -> list[str]:
        """What the layouts that were used print, each text once."""
        return list(dict.fromkeys(text for layout in self._known.values() for text in layout.furniture))

    def _read(self, name: str) -> Layout:
        root = self.parts.root_of(name) if name else None
        if root is None:
            # One that is named and cannot be read may paint anything.
            return Layout(below=Below(ground=UNKNOWN)) if name else Layout()
        found = Layout()
        for shape in root.iter("{*}sp"):
            place = shape.find("{*}nvSpPr/{*}nvPr/{*}ph")
            style = shape.find("{*}txBody/{*}lstStyle")
            if place is not None and style is not None:
                found.by_place[place.get("idx", "0")] = _by_level(style)
        master = next((target for kind, target in self.parts.related(name).values() if kind == "slideMaster"), "")
        top = self.parts.root_of(master) if master else None
        theme = next((target for kind, target in self.parts.related(master).values() if kind == "theme"), "") if top is not None else ""
        found.below = below_of(root, top, self.parts.root_of(theme) if theme else None)
        style = top.find("{*}txStyles/{*}bodyStyle") if top is not None else None
        found.body = _by_level(style) if style is not None else ()
        found.furniture = (*_printed(root), *_printed(top))
        return found


def _printed(root: etree._Element | None) -> list[str]:
    """Texts of a layout's shapes that are no placeholders: those are only there to be written over."""
    shapes = [s for s in root.iter("{*}sp") if s.find("{*}nvSpPr/{*}nvPr/{*}ph") is None] if root is not None else []
    bodies = [body for s in shapes if (body := s.find("{*}txBody")) is not None]
    return [text for body in bodies if (text := words_of(body))]


def _by_level(style: etree._Element) -> tuple[Bullet | bool | None, ...]:
    return tuple(bullet_of(style.find(a(f"lvl{n}pPr"))) for n in _LEVELS)


@dataclass(slots=True)
class Shapes:
    """``related``: the slide's relationships; ``size``: its width and height; ``ground``: what lies behind its shapes."""

    parts: Parts
    related: dict[str, tuple[str, str]]
    layout: Layout
    size: tuple[int, int]
    ground: Ground

    def drafts(self, tree: etree._Element, number: int, depth: int = 0, group: etree._Element | None = None) -> Iterator[Draft]:
        """The blocks of all shapes below ``tree``. ``number``: of the slide; ``group``: the outermost one around them."""
        for shape in tree:
            name = etree.QName(shape).localname
            if depth > _MAX_DEPTH:
                continue
            if name == "AlternateContent":
                chosen = shape.find("{*}Choice")
                chosen = chosen if chosen is not None else shape.find("{*}Fallback")
                if chosen is not None:
                    yield from self.drafts(chosen, number, depth + 1, group)
                continue
            # Inside a group, places count in units of its own.
            area = self.ground.area(shape if group is None else group)
            if name == "grpSp":
                found = list(self.drafts(shape, number, depth + 1, shape if group is None else group))
            elif name == "graphicFrame":
                found = list(self._frame(shape, area))
            elif name in ("sp", "cxnSp"):
                found = list(self._shape(shape, number, area))
            else:
                found = []
            if name != "grpSp":
                self.ground.paint(shape, area)
            unseen = _is_hidden(shape) or group is None and self._is_outside(area)
            yield from hidden_drafts(found) if unseen else found

    def _shape(self, shape: etree._Element, number: int, area: Area | None) -> Iterator[Draft]:
        body = shape.find("{*}txBody")
        if body is None:
            return
        sight = Sight(self.ground.palette, self.ground.behind(shape, area), body.find(a("lstStyle")))
        place = shape.find("{*}nvSpPr/{*}nvPr/{*}ph")
        kind = place.get("type", "obj") if place is not None else ""
        if kind in _TITLES:
            title, unseen = seen_and_hidden(body, sight)
            if title:
                first = kind == "ctrTitle" and number == 1
                yield Draft(BlockKind.TITLE if first else BlockKind.HEADING, title, level=0 if first else 1)
            yield from unseen
        elif kind in _FURNITURE:
            if text := words_of(body):
                yield Draft(BlockKind.FURNITURE, text, gap=LINE_GAP)
        else:
            yield from body_drafts(body, self._bullets(body, place, kind), BlockKind.PARAGRAPH, sight)

    def _bullets(self, body: etree._Element, place: etree._Element | None, kind: str) -> list[Bullet | bool | None]:
        """For each level, the nearest that is stated: in the shape, its layout, the master."""
        own = body.find(a("lstStyle"))
        sources = [_by_level(own)] if own is not None else []
        if place is not None and kind in ("body", "obj", "subTitle"):
            sources += [self.layout.by_place.get(place.get("idx", "0"), ()), self.layout.body if kind != "subTitle" else ()]
        return [next((s[n] for s in sources if n < len(s) and s[n] is not None), None) for n in range(len(_LEVELS))]

    def _frame(self, frame: etree._Element, area: Area | None) -> Iterator[Draft]:
        table = frame.find(".//{*}tbl")
        if table is not None:
            yield from table_drafts(_rows(table, self.ground, area))
        for diagram in frame.iter("{*}relIds"):
            identity = next((str(v) for k, v in diagram.attrib.items() if str(k).endswith("}dm")), "")
            root = self.parts.root_of(self.related[identity][1]) if identity in self.related else None
            for body in root.iter("{*}t") if root is not None else ():
                if body.find(a("p")) is not None:
                    yield from body_drafts(body, (), BlockKind.PARAGRAPH)

    def _is_outside(self, area: Area | None) -> bool:
        """Wholly off the slide, where nobody sees it."""
        if area is None:
            return False
        left, top, right, bottom = area
        return left >= self.size[0] or top >= self.size[1] or right <= 0 or bottom <= 0


def _is_hidden(shape: etree._Element) -> bool:
    properties = shape.find("*/{*}cNvPr")
    return properties is not None and properties.get("hidden") in ("1", "true")


def _rows(table: etree._Element, ground: Ground, area: Area | None) -> list[list[Cell]]:
    properties = table.find(a("tblPr"))
    header = properties is not None and properties.get("firstRow") in ("1", "true")
    # A style paints cells by where they stand in the table.
    clear = ground.under(area)
    plain = (UNKNOWN,) if properties is not None and len(properties) else clear
    rows: list[list[Cell]] = []
    for n, row in enumerate(table.iterfind(a("tr"))):
        cells: list[Cell] = []
        for m, cell in enumerate(row.iterfind(a("tc"))):
            above = rows[-1][m].text if rows and m < len(rows[-1]) else ""
            body = cell.find(a("txBody"))
            fill = ground.palette.fill(cell.find(a("tcPr")))
            behind = plain if fill is None else clear if fill == CLEAR else (fill,)
            sight = Sight(ground.palette, behind)
            drafts = list(body_drafts(body, (), BlockKind.PARAGRAPH, sight)) if body is not None else []
            merged = cell.get("vMerge") in ("1", "true")
            cells.append(
                Cell(
                    tuple(d.text for d in drafts if d.kind is not BlockKind.HIDDEN),
                    header=header and n == 0,
                    hidden=tuple(d.text for d in drafts if d.kind is BlockKind.HIDDEN),
                    repeats=above if merged else "",
                )
            )
        rows.append(cells)
    return rows
