"""A Word body as drafts: paragraphs with the numbers Word counts, tables by the cell, and after each what hangs on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from lxml import etree

from domain.document import BlockKind
from domain.errors import LimitExceeded
from ingest.canonical import LINE_GAP, PARAGRAPH_GAP, Draft
from ingest.classify import Look, look_of
from ingest.docx_looks import UNKNOWN, Looks, off_page
from ingest.docx_numbering import BULLET, Counters
from ingest.docx_remarks import Remarks
from ingest.docx_runs import DELETING, INSERTING, Context, Runs, Story, change_of, runs_of
from ingest.docx_styles import Styles
from ingest.docx_xml import flag_of, number_of, value_of, w
from ingest.limits import MAX_NESTING
from ingest.paragraph import Piece, Sort, compose
from ingest.rich_table import CELL_KINDS, Row, RowCell, row_drafts

_WRAPPERS = frozenset(w(n) for n in ("sdtContent", "customXml", "smartTag", "dir", "bdo"))
_MAX_DEPTH = 60
#: Word draws no more than 63; beyond so many, cells that reach over several are as wide as any.
_MAX_COLUMNS = 200
_CONTENTS_GALLERIES = ("table of contents", "table of figures", "bibliographies")
#: What foreign parts say, by the id of the relationship.
Chunks = Callable[[str], list[Draft]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where blocks stand. ``tables``: how many tables they are nested in; ``furniture``: in a table of contents or the like."""

    context: Context
    tables: int = 0
    depth: int = 0
    furniture: bool = False


@dataclass(slots=True)
class BlockReader:
    """The parts of one document that its paragraphs refer to, and what reaches from one paragraph into the next.

    ``styled``: whether the document has headings by style at all; if not, they are told by their looks. ``held``: the words of paragraphs
    whose end was deleted, which go on in the next one.
    """

    styles: Styles
    counters: Counters
    looks: Looks
    remarks: Remarks
    chunks: Chunks
    styled: bool
    story: Story = field(default_factory=Story)
    held: list[Piece] = field(default_factory=list)

    def blocks(self, parent: etree._Element, place: Place) -> Iterator[Draft]:
        """What the children of a body, cell or text box say."""
        last = None
        for child in parent:
            if not isinstance(child.tag, str):
                continue
            if child.tag == w("p"):
                last = child
                yield from self._paragraph(child, place)
            else:
                yield from self._other(child, place)
        if self.held and last is not None and parent.tag in (w("body"), w("tc"), w("txbxContent")):
            pieces, self.held = self.held, []
            yield from self._said(last, Runs(pieces), place)

    def _other(self, child: etree._Element, place: Place) -> Iterator[Draft]:
        if place.depth > _MAX_DEPTH:
            raise LimitExceeded(f"the document is nested deeper than {_MAX_DEPTH} elements")
        inner = replace(place, depth=place.depth + 1)
        if child.tag == w("tbl"):
            yield from self._table(child, inner)
        elif child.tag == w("sdt"):
            gallery = (value_of(child, "sdtPr", "docPartObj", "docPartGallery") or "").lower()
            content = child.find(w("sdtContent"))
            if content is not None:
                yield from self.blocks(content, replace(inner, furniture=place.furniture or gallery in _CONTENTS_GALLERIES))
        elif child.tag in DELETING or child.tag in INSERTING:
            yield from self.blocks(child, replace(inner, context=place.context.inside(child)))
        elif child.tag in _WRAPPERS:
            yield from self.blocks(child, inner)
        elif child.tag == w("altChunk"):
            yield from self.chunks(next((v for k, v in child.attrib.items() if str(k).endswith("}id")), ""))
        elif child.tag == w("commentRangeStart"):
            self.story.begin(f"comment {child.get(w('id'))}")
        elif child.tag == w("commentRangeEnd"):
            self.story.remarks.pop(f"comment {child.get(w('id'))}", None)

    def _paragraph(self, paragraph: etree._Element, place: Place) -> Iterator[Draft]:
        context = place.context
        properties = paragraph.find(w("pPr"))
        ground = self.looks.ground(properties, context.ground)
        if ground != context.ground:
            context = replace(context, ground=ground)
        if context.sort is Sort.SHOWN and off_page(paragraph):
            context = replace(context, sort=Sort.HIDDEN)
        contents = self.story.contents
        runs = runs_of(paragraph, context, self.story)
        if contents or self.story.contents or self.styles.is_contents(paragraph):
            place = replace(place, furniture=True)
        runs.pieces[:0], self.held = self.held, []
        mark = properties.find(w("rPr")) if properties is not None else None
        deleted = mark is not None and any(mark.find(t) is not None for t in DELETING)
        if deleted and any(p.sort is Sort.SHOWN and p.text.strip() for p in runs.pieces):
            self.held = runs.pieces
            yield from self._hanging(runs, place)
            return
        yield from self._said(paragraph, runs, place, gone=deleted or flag_of(mark, "vanish") is True)

    def _said(self, paragraph: etree._Element, runs: Runs, place: Place, *, gone: bool = False) -> Iterator[Draft]:
        """The paragraph's lines, what is struck out or hidden in it, and what hangs on it. ``gone``: its end is deleted or hidden too."""
        said = compose(runs.pieces, self.remarks.changes)
        counts = bool(said.lines) or not gone and not said.asides and place.context.sort is Sort.SHOWN
        number, depth = self.counters.number_of(paragraph) if counts else (None, -1)
        for n, (text, marks) in enumerate(said.lines):
            draft = replace(self._draft(paragraph, runs, text, number if n == 0 else None, depth), marks=marks)
            draft = replace(draft, gap=LINE_GAP) if n else draft
            yield replace(draft, kind=BlockKind.FURNITURE, level=0, number=None) if place.furniture else draft
        yield from said.asides
        yield from self._hanging(runs, place)

    def _draft(self, paragraph: etree._Element, runs: Runs, text: str, number: str | None, depth: int) -> Draft:
        gap = LINE_GAP if depth >= 0 else PARAGRAPH_GAP
        level = self.styles.heading_level(paragraph)
        if level == 0:
            return Draft(BlockKind.TITLE, text, gap=gap)
        prefix = f"{number} " if number else ""
        if level is not None and len(text) <= 300:
            return Draft(BlockKind.HEADING, text, prefix, level, _bare(number), gap=gap)
        if number:
            return Draft(BlockKind.LIST_ITEM, text, prefix, depth + 1, _bare(number), gap=gap)
        if not self.styled and runs.bold and len(text) <= 120 and look_of(text) in (Look.TITLE, Look.ITEM) and text[-1:] not in ".;,":
            return Draft(BlockKind.HEADING, text, level=1, gap=gap)
        return Draft(BlockKind.PARAGRAPH, text, gap=gap)

    def _hanging(self, runs: Runs, place: Place) -> Iterator[Draft]:
        """Footnotes, comments and text boxes of a paragraph."""
        notes, runs.notes = runs.notes, []
        for key in notes:
            yield from self._comment(key) if key.startswith("comment ") else self._note(key, place)
        for diagram in runs.diagrams:
            yield from self.chunks(diagram)
        boxes, runs.boxes, runs.diagrams = runs.boxes, [], []
        for box, context in boxes:
            if place.depth > _MAX_DEPTH:
                raise LimitExceeded(f"the document is nested deeper than {_MAX_DEPTH} elements")
            yield from self._apart(self.blocks(box, replace(place, context=context, depth=place.depth + 1)))

    def _apart(self, drafts: Iterator[Draft]) -> list[Draft]:
        """Reads what is a story of its own: its fields, comments and deleted ends do not mix with those around."""
        story, held = self.story, self.held
        self.story, self.held = Story(), []
        done = list(drafts)
        self.story, self.held = story, held
        return done

    def _note(self, key: str, place: Place) -> Iterator[Draft]:
        note = self.remarks.note(key)
        if note is None:
            return
        plain = Place(Context(self.looks, self.looks.page), place.tables, place.depth + 1)
        if not note.mark:
            plain = replace(plain, context=replace(plain.context, sort=Sort.DELETED))
        first = True
        for draft in self._apart(self.blocks(note.element, plain)):
            if draft.kind in CELL_KINDS and draft.kind is not BlockKind.FOOTNOTE:
                prefix = f"{note.mark} " if first and note.mark else draft.prefix
                yield replace(
                    draft, kind=BlockKind.FOOTNOTE, level=0, prefix=prefix, number=note.mark if first else None, gap=LINE_GAP,
                    key=key if first else "",
                )  # fmt: skip
                first = False
            else:
                yield draft

    def _comment(self, key: str) -> Iterator[Draft]:
        comment = self.remarks.comment(key)
        if comment is None:
            return
        context = Context(self.looks, self.looks.page)
        texts = []
        for paragraph in comment.iter(w("p")):
            texts.append(" ".join(compose(runs_of(paragraph, context, Story()).pieces).text.split()))
        yield Draft(BlockKind.COMMENT, " ".join(t for t in texts if t), gap=LINE_GAP, key=key)
        for answer in self.remarks.answers(key):
            yield from self._comment(answer)

    def _table(self, table: etree._Element, place: Place) -> Iterator[Draft]:
        """Cells by row; a cell merged downwards repeats its text as a header of its row, not as evidence."""
        if place.tables > MAX_NESTING:
            raise LimitExceeded(f"tables are nested deeper than {MAX_NESTING}")
        ground = UNKNOWN if self.looks.shades(table) else place.context.ground
        ground = self.looks.ground(table.find(w("tblPr")), ground)
        inner = replace(place, tables=place.tables + 1, context=replace(place.context, ground=ground))
        rows: list[Row] = []
        for tr in _rows_in(table):
            rows.append(self._row(tr, rows[-1] if rows else [], inner))
        yield from row_drafts(rows, furniture=place.furniture)

    def _row(self, tr: etree._Element, above: Sequence[RowCell], place: Place) -> Row:
        properties = tr.find(w("trPr"))
        height = properties.find(w("trHeight")) if properties is not None else None
        place = replace(place, context=_changed(properties, place.context))
        if height is not None and height.get(w("hRule")) == "exact" and (number_of(height.get(w("val"))) or 0) <= 40:
            place = replace(place, context=replace(place.context, sort=Sort.HIDDEN))
        row: Row = [RowCell([])] * min(number_of(value_of(properties, "gridBefore")) or 0, 100)
        for tc in _cells_in(tr):
            cell_properties = tc.find(w("tcPr"))
            context = _changed(cell_properties, place.context)
            context = replace(context, ground=self.looks.ground(cell_properties, context.ground))
            drafts = self._apart_cell(tc, replace(place, context=context))
            merge = cell_properties.find(w("vMerge")) if cell_properties is not None else None
            repeats = ""
            if merge is not None and merge.get(w("val")) != "restart" and len(row) < len(above):
                repeats = above[len(row)].text
            width = number_of(value_of(cell_properties, "gridSpan")) or 1
            room = max(_MAX_COLUMNS - len(row), 1)
            row += [RowCell(drafts, repeats)] + [RowCell([], spanned=True)] * (min(width, 100, room) - 1)
        return row

    def _apart_cell(self, tc: etree._Element, place: Place) -> list[Draft]:
        held, self.held = self.held, []
        drafts = list(self.blocks(tc, place))
        self.held = held
        return drafts


def _bare(number: str | None) -> str | None:
    """The number without what closes it; a bullet is no number."""
    if not number or number == BULLET:
        return None
    return number.rstrip(" .):;–—-") + (")" if number.startswith("(") else "") or None


def _changed(properties: etree._Element | None, context: Context) -> Context:
    """A tracked change of a whole row or cell."""
    for name in ("del", "cellDel", "ins", "cellIns"):
        found = properties.find(w(name)) if properties is not None else None
        if found is not None and context.sort is Sort.SHOWN:
            return replace(context, sort=Sort.DELETED if name.lower().endswith("del") else context.sort, change=change_of(found))
    return context


def _rows_in(table: etree._Element) -> Iterator[etree._Element]:
    for child in table:
        if child.tag == w("tr"):
            yield child
        elif child.tag in (w("sdt"), w("sdtContent"), w("ins"), w("customXml")):
            yield from _rows_in(child)


def _cells_in(tr: etree._Element) -> Iterator[etree._Element]:
    for child in tr:
        if child.tag == w("tc"):
            yield child
        elif child.tag in (w("sdt"), w("sdtContent"), w("ins"), w("customXml")):
            yield from _cells_in(child)
