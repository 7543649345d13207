"""OpenDocument files: texts (ODT), spreadsheets (ODS) and presentations (ODP)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from domain.document import BlockKind, MarkKind
from domain.errors import DamagedSource, LimitExceeded
from ingest.canonical import LINE_GAP, Draft, Parsed, fixed, invisible_note, one_line
from ingest.contents import without_contents
from ingest.item_levels import with_levels
from ingest.limits import MAX_PAGES
from ingest.numbering import number_drafts
from ingest.odf_blocks import BlockReader, Place
from ingest.odf_names import attribute, q
from ingest.odf_runs import STRUCK, Context, Story, runs_of, story_of
from ingest.odf_sheets import Sheets
from ingest.odf_styles import Styles, styles_of
from ingest.office_parts import Parts
from ingest.paragraph import compose
from ingest.slides_text import hidden_drafts

_WHAT = "OpenDocument file"
_MARGINS = tuple(q(f"style:{n}") for n in ("header", "header-left", "header-first", "footer", "footer-left", "footer-first"))


def parse_odf(data: bytes, path: str) -> Iterator[Parsed]:
    """One document; raises DamagedSource and LimitExceeded."""
    parts = Parts(data, _WHAT)
    if b"encryption-data" in (parts.bytes_of("META-INF/manifest.xml") or b""):
        raise DamagedSource("this OpenDocument file is encrypted; save it without a password")
    root = parts.root_of("content.xml")
    body = root.find(q("office:body")) if root is not None else None
    if root is None or body is None or not len(body):
        raise DamagedSource("the text of this OpenDocument file is missing or damaged")
    looks = parts.root_of("styles.xml")
    styles, notes = styles_of(root, looks), list[str]()
    story = story_of(root)
    drafts = list(_read(body[0], styles, story, notes))
    if body[0].tag != q("office:spreadsheet"):
        # Those of spreadsheets are templates that nobody filled in.
        drafts += [Draft(BlockKind.FURNITURE, t, gap=LINE_GAP) for t in _margins(looks, styles)]
    done = fixed(drafts)
    meta = parts.root_of("meta.xml")
    title = one_line(next((t.text or "" for t in meta.iter(q("dc:title"))), "")) if meta is not None else ""
    first = next((d.text for d in drafts if d.kind in (BlockKind.TITLE, BlockKind.HEADING)), "")
    notes = [*_changes(drafts), *notes, *invisible_note("".join(map(str, body.itertext())))]
    yield Parsed(
        done.text,
        done.blocks,
        title=title or ("" if body[0].tag == q("office:spreadsheet") else first),
        notes=tuple(notes),
        marks=done.marks,
    )


def _read(content: etree._Element, styles: Styles, story: Story, notes: list[str]) -> Iterator[Draft]:
    if content.tag == q("office:spreadsheet"):
        yield from Sheets(styles, notes).drafts(content)
    elif content.tag in (q("office:presentation"), q("office:drawing")):
        yield from _pages(content, styles, story, notes)
    else:
        drafts = list(BlockReader(styles, story).blocks(content, Place()))
        yield from with_levels(number_drafts(without_contents(drafts)))


def _pages(content: etree._Element, styles: Styles, story: Story, notes: list[str]) -> Iterator[Draft]:
    """Slides: the title as a heading, then boxes, lists and tables in their order, then the speaker's notes."""
    pages = list(content.iterchildren(q("draw:page")))
    if len(pages) > MAX_PAGES:
        raise LimitExceeded(f"the presentation has more than {MAX_PAGES:,} slides")
    for number, page in enumerate(pages, 1):
        reader = BlockReader(styles, story)
        drafts = list(_page(page, reader, number))
        style = styles.element("drawing-page", attribute(page, "draw:style-name"))
        properties = style.find(q("style:drawing-page-properties")) if style is not None else None
        if properties is not None and attribute(properties, "presentation:visibility") == "hidden":
            notes.append(f"slide {number} is hidden")
            drafts = hidden_drafts(drafts)
        yield from (replace(d, page=number) for d in drafts)


def _page(page: etree._Element, reader: BlockReader, number: int) -> Iterator[Draft]:
    place = Place(Context(ground=True))
    heads: list[Draft] = []
    rest: list[Draft] = []
    for shape in page:
        if not isinstance(shape.tag, str) or shape.tag in (q("presentation:notes"), q("office:forms")):
            continue
        if shape.tag == q("office:annotation"):
            rest += reader.annotated(shape)
            continue
        drafts = list(reader.blocks(shape, place))
        if attribute(shape, "presentation:class") == "title":
            heads += [replace(d, kind=BlockKind.HEADING, level=1, prefix="", number=None) for d in drafts if d.text]
        else:
            rest += drafts
    if rest and not heads:
        heads = [Draft(BlockKind.HEADING, f"Slide {number}", level=1)]
    yield from heads
    yield from rest
    spoken = [d for n in page.iterchildren(q("presentation:notes")) for d in reader.blocks(n, place) if d.kind is not BlockKind.TABLE_CELL]
    if spoken:
        yield Draft(BlockKind.HEADING, "Notes", level=2)
        yield from spoken


def _margins(looks: etree._Element | None, styles: Styles) -> list[str]:
    """The texts of page headers and footers, each once."""
    texts: dict[str, None] = {}
    for margin in looks.iter(*_MARGINS) if looks is not None else ():
        for paragraph in margin.iter(q("text:p")):
            if text := " ".join(compose(runs_of(paragraph, Context(), Story(), styles).pieces).text.split()):
                texts[text] = None
    return list(texts)


def _changes(drafts: list[Draft]) -> list[str]:
    marks = [m for d in drafts for m in d.marks]
    insertions = sum(m.kind is MarkKind.INSERTION for m in marks)
    deletions = sum(m.kind is MarkKind.DELETION and m.label != STRUCK.label for m in marks)
    return [f"tracked changes: {insertions} open insertions, {deletions} deletions"] if insertions or deletions else []
