"""An OpenDocument body as drafts: headings and list items with their computed labels, tables by the cell, and what hangs on each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from lxml import etree

from domain.document import BlockKind
from domain.errors import LimitExceeded
from ingest.canonical import LINE_GAP, PARAGRAPH_GAP, Draft
from ingest.odf_names import attribute, count_of, q
from ingest.odf_runs import PLAIN, Context, Story, runs_of
from ingest.odf_styles import Level, ListCount, Styles
from ingest.paragraph import Composed, Sort, compose
from ingest.rich_table import CELL_KINDS, Row, RowCell, row_drafts

_MAX_DEPTH = 60
_INDEXES = frozenset(
    q(f"text:{n}-index") for n in ("illustration", "table", "object", "user", "alphabetical")
) | {q("text:table-of-content"), q("text:bibliography")}  # fmt: skip
#: Longer than this a paragraph in a heading's style is no heading.
_MAX_HEADING = 300
_MAX_SPAN = 100
_SKIPPED = frozenset(
    q(n)
    for n in (
        "text:tracked-changes", "office:forms", "text:sequence-decls", "presentation:notes", "svg:title", "svg:desc",
        "text:index-title-template",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where blocks stand. ``levels``: the list style that holds here; ``level``: how deep in lists; ``furniture``: in an index."""

    context: Context = PLAIN
    depth: int = 0
    levels: dict[int, Level] = field(default_factory=dict)
    level: int = 0
    counts: ListCount | None = None
    furniture: bool = False


@dataclass(slots=True)
class BlockReader:
    """``labels``: of the list item that begins, until its first paragraph takes it.

    ``lists``: how far lists have counted, by id and style.
    """

    styles: Styles
    story: Story
    outline: ListCount = field(default_factory=ListCount)
    labels: list[str] = field(default_factory=list)
    lists: dict[str, ListCount] = field(default_factory=dict)

    def blocks(self, parent: etree._Element, place: Place) -> Iterator[Draft]:
        """What the children of a body, cell, section or text box say."""
        if place.depth > _MAX_DEPTH:
            raise LimitExceeded(f"the document is nested deeper than {_MAX_DEPTH} elements")
        inner = replace(place, depth=place.depth + 1)
        for child in parent:
            if not isinstance(child.tag, str) or child.tag in _SKIPPED:
                continue
            if child.tag in (q("text:p"), q("text:h")):
                yield from self._paragraph(child, place)
            elif child.tag == q("text:list"):
                yield from self._list(child, inner)
            elif child.tag == q("table:table"):
                yield from row_drafts(self._rows(child, inner), furniture=place.furniture)
            elif child.tag in _INDEXES:
                yield from self.blocks(child, replace(inner, furniture=True))
            elif child.tag in (q("text:change-start"), q("text:change-end"), q("text:change")):
                # Between paragraphs, where whole ones were taken out or put in.
                lone = etree.Element(q("text:p"))
                lone.append(etree.fromstring(etree.tostring(child, with_tail=False)))
                yield from self._paragraph(lone, place)
            else:
                yield from self.blocks(child, self._inside(child, inner))

    def _inside(self, child: etree._Element, place: Place) -> Place:
        shown = attribute(child, "text:display", "true")
        if shown == "none" or shown == "condition" and attribute(child, "text:is-hidden") == "true":
            return replace(place, context=replace(place.context, sort=Sort.HIDDEN))
        if child.tag in (q("draw:frame"), q("draw:text-box"), q("draw:custom-shape"), q("draw:rect")):
            return replace(place, context=replace(place.context, ground=True), levels={}, level=0, counts=None)
        return place

    def _paragraph(self, paragraph: etree._Element, place: Place) -> Iterator[Draft]:
        runs = runs_of(paragraph, place.context, self.story, self.styles)
        said = compose(runs.pieces, self.story.said)
        yield from self._said(paragraph, said, place)
        for key, element in runs.hanging:
            yield from self._note(key, element, place) if key.startswith("note") else self._annotation(key, element)
        for box in runs.boxes:
            yield from self.blocks(box, self._inside(box, replace(place, depth=place.depth + 1)))

    def _said(self, paragraph: etree._Element, said: Composed, place: Place) -> Iterator[Draft]:
        label = self._label(paragraph, said, place)
        for n, (text, marks) in enumerate(said.lines):
            draft = replace(self._draft(paragraph, text, label if n == 0 else "", place), marks=marks)
            draft = replace(draft, gap=LINE_GAP) if n else draft
            yield replace(draft, kind=BlockKind.FURNITURE, level=0, number=None) if place.furniture else draft
        yield from said.asides

    def _label(self, paragraph: etree._Element, said: Composed, place: Place) -> str:
        if place.level:
            return self.labels.pop() if self.labels else ""
        if paragraph.tag == q("text:h") and said.lines and attribute(paragraph, "text:is-list-header") != "true":
            level = count_of(paragraph, "text:outline-level")
            if level in self.styles.outline:
                label = self.outline.label(self.styles.outline, level)
                return "" if label == "•" else label
        return ""

    def _draft(self, paragraph: etree._Element, text: str, label: str, place: Place) -> Draft:
        style = attribute(paragraph, "text:style-name")
        prefix = f"{label} " if label else ""
        if paragraph.tag == q("text:h") and len(text) <= _MAX_HEADING:
            level = min(count_of(paragraph, "text:outline-level"), 10)
            return Draft(BlockKind.HEADING, text, prefix, level, _bare(label))
        if not place.level and self.styles.is_title(style) and len(text) <= _MAX_HEADING:
            return Draft(BlockKind.TITLE, text)
        if place.level:
            return Draft(BlockKind.LIST_ITEM, text, prefix, place.level, _bare(label), gap=LINE_GAP if label else PARAGRAPH_GAP)
        return Draft(BlockKind.PARAGRAPH, text)

    def _list(self, listed: etree._Element, place: Place) -> Iterator[Draft]:
        style = attribute(listed, "text:style-name")
        levels = self.styles.lists.get(style, place.levels)
        counts = place.counts if place.counts is not None else self._count(listed, style)
        inner = replace(place, levels=levels, level=place.level + 1, counts=counts)
        for item in listed:
            if item.tag not in (q("text:list-item"), q("text:list-header")):
                continue
            self.labels = []
            if item.tag == q("text:list-item") and any(c.tag in (q("text:p"), q("text:h")) for c in item):
                start = count_of(item, "text:start-value", -1)
                self.labels = [counts.label(levels, inner.level, start if start >= 0 else None)]
            yield from self.blocks(item, inner)

    def _count(self, listed: etree._Element, style: str) -> ListCount:
        """A list counts from the start, unless it says that it goes on with one before it."""
        before = self.lists.get(attribute(listed, "text:continue-list"))
        if before is None and attribute(listed, "text:continue-numbering") == "true":
            before = self.lists.get(f"style {style}")
        counts = before if before is not None else ListCount()
        self.lists[f"style {style}"] = self.lists[attribute(listed, "xml:id") or "?"] = counts
        return counts

    def _note(self, key: str, note: etree._Element, place: Place) -> Iterator[Draft]:
        """A footnote or endnote, with the mark that is printed for it."""
        citation = note.find(q("text:note-citation"))
        mark = "".join(map(str, citation.itertext())).strip() if citation is not None else ""
        body = note.find(q("text:note-body"))
        first = True
        plain = Place(Context(place.context.sort), place.depth + 1)
        for draft in self.blocks(body, plain) if body is not None else ():
            if draft.kind not in CELL_KINDS:
                yield draft
                continue
            prefix = f"{mark} " if first and mark else draft.prefix
            noted = replace(draft, kind=BlockKind.FOOTNOTE, level=0, prefix=prefix, number=mark or None, gap=LINE_GAP, key=key)
            yield noted if first else replace(noted, number=None, key="")
            first = False

    def annotated(self, annotation: etree._Element) -> Iterator[Draft]:
        """An annotation that stands by itself, as on a slide."""
        yield from self._annotation("", annotation)

    def _annotation(self, key: str, annotation: etree._Element) -> Iterator[Draft]:
        texts = [compose(runs_of(p, Context(), Story(), self.styles).pieces).text for p in annotation.iter(q("text:p"))]
        yield Draft(BlockKind.COMMENT, " ".join(" ".join(texts).split()), gap=LINE_GAP, key=key)

    def _rows(self, table: etree._Element, place: Place) -> list[Row]:
        """Cells by row; a cell merged downwards repeats its text as a header of its row, not as evidence."""
        place = replace(place, levels={}, level=0, counts=None)
        rows: list[Row] = []
        down: dict[int, tuple[int, str]] = {}
        for element in _rows_in(table):
            row: Row = []
            for cell in element.iterchildren(q("table:table-cell"), q("table:covered-table-cell")):
                if len(row) >= _MAX_SPAN:
                    break
                row += self._cells(cell, place, down, len(row))
            heads = element.getparent().tag == q("table:table-header-rows")
            rows.append([replace(c, header=True) for c in row] if heads else row)
        return rows

    def _cells(self, cell: etree._Element, place: Place, down: dict[int, tuple[int, str]], at: int) -> Sequence[RowCell]:
        left, text = down.get(at, (0, ""))
        if cell.tag == q("table:covered-table-cell"):
            down[at] = (left - 1, text)
            covered = RowCell([], repeats=text) if left > 0 else RowCell([], spanned=True)
            return [covered] * min(count_of(cell, "table:number-columns-repeated"), _MAX_SPAN)
        ground = self.styles.look("table-cell", attribute(cell, "table:style-name")).ground
        inner = replace(place, context=replace(place.context, ground=place.context.ground or ground))
        made = RowCell(list(self.blocks(cell, inner)))
        for n in range(min(count_of(cell, "table:number-columns-spanned"), _MAX_SPAN)):
            down[at + n] = (count_of(cell, "table:number-rows-spanned") - 1, made.text)
        repeated = min(count_of(cell, "table:number-columns-repeated"), _MAX_SPAN)
        return [made, *([RowCell([])] * (repeated - 1))]


def _rows_in(table: etree._Element) -> Iterator[etree._Element]:
    for child in table:
        if child.tag == q("table:table-row"):
            yield child
        elif child.tag in (q("table:table-header-rows"), q("table:table-rows"), q("table:table-row-group")):
            yield from _rows_in(child)


def _bare(label: str) -> str | None:
    """The label without what closes it; a bullet is no number."""
    if not label or label == "•":
        return None
    return label.rstrip(" .):;–—-") + (")" if label.startswith("(") else "") or None
