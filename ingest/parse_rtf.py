"""Rich Text Format: paragraphs with their printed labels, tables by the cell, tracked changes, comments and footnotes in place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from domain.document import BlockKind, MarkKind
from domain.errors import DamagedSource
from ingest.canonical import LINE_GAP, PARAGRAPH_GAP, Draft, Parsed, fixed, invisible_note, one_line
from ingest.classify import Look, look_of
from ingest.contents import without_contents
from ingest.item_levels import with_levels
from ingest.numbering import number_drafts
from ingest.paragraph import Change, Composed, Piece, Sort, compose
from ingest.rich_table import CELL_KINDS, RowCell, row_drafts
from ingest.rtf_reader import Reader
from ingest.rtf_state import STRUCK, CellForm, Note, Paragraph, Row

_HEADING = re.compile(r"(?i)(?:heading|überschrift|titre|título|rubrik|overskrift|kop|nadpis) ?(\d)")
_BULLET = re.compile(r"[•·▪‣◦●○■□►▸–—*+o-]|[\uf000-\uf0ff]")
#: Longer than this a paragraph in a heading's style is no heading.
_MAX_HEADING = 300
_FIRST_BYTES = 64


@dataclass(frozen=True, slots=True)
class _Paper:
    """``styled``: whether it has headings by style at all; if not, they are told by their looks."""

    styles: dict[int, str]
    said: dict[str, Change]
    styled: bool


def parse_rtf(data: bytes, path: str) -> Iterator[Parsed]:
    """One document; raises DamagedSource and LimitExceeded."""
    start = data.find(b"{\\rtf", 0, _FIRST_BYTES)
    if start < 0:
        raise DamagedSource("this is no RTF file, or its beginning is damaged")
    reader = Reader()
    reader.read(data[start:])
    styled = any(_level(p, reader.styles) for p in reader.body.items if isinstance(p, Paragraph))
    paper = _Paper(reader.styles, reader.said, styled)
    drafts = list(_items(reader.body.items, paper))
    drafts = with_levels(number_drafts(without_contents(drafts)))
    margins = dict.fromkeys(text for story in reader.margins for p in story.items for text in _margin(p))
    drafts += [Draft(BlockKind.FURNITURE, text, gap=LINE_GAP) for text in margins]
    done = fixed(drafts)
    first = next((d.text for d in drafts if d.kind in (BlockKind.TITLE, BlockKind.HEADING)), "")
    notes = (*_changes(drafts), *invisible_note("".join(p.text for i in reader.body.items if isinstance(i, Paragraph) for p in i.pieces)))
    yield Parsed(done.text, done.blocks, title=one_line(reader.title) or first, notes=notes, marks=done.marks)


def _items(items: Sequence[Paragraph | Row], paper: _Paper) -> Iterator[Draft]:
    rows: list[Row] = []
    for item in items:
        if isinstance(item, Row):
            rows.append(item)
            continue
        if rows:
            yield from _table(rows, paper)
            rows = []
        yield from _paragraph(item, paper)
    if rows:
        yield from _table(rows, paper)


def _paragraph(paragraph: Paragraph, paper: _Paper) -> Iterator[Draft]:
    said = _composed(paragraph.pieces, paper)
    for n, (text, marks) in enumerate(said.lines):
        draft = _draft(paragraph, text, paper, first=n == 0)
        yield replace(draft, marks=marks, gap=LINE_GAP if n else draft.gap) if n or marks else draft
    yield from said.asides
    for note in paragraph.hanging:
        yield from _note(note, paper)


def _composed(pieces: list[Piece], paper: _Paper) -> Composed:
    """As ``compose`` has it. Where all is plain text its pieces are one (a new look for every other word changes nothing), and where
    that has nothing but printable letters no more is to be done: files of a million such paragraphs are common enough.
    """
    for p in pieces:
        if p.sort is not Sort.SHOWN or p.change is not None or p.remarks or p.note:
            return compose(pieces, paper.said)
    text = "".join([p.text for p in pieces])
    if not (text.isascii() and text.isprintable()):
        return compose((Piece(text),), paper.said)
    text = " ".join(text.split())
    return Composed(((text, ()),) if text else (), ())


def _draft(paragraph: Paragraph, text: str, paper: _Paper, *, first: bool) -> Draft:
    if not (paragraph.label or paragraph.bold) and paragraph.form.outline == 9 and not paragraph.form.style:
        return Draft(BlockKind.PARAGRAPH, text)
    name = paper.styles.get(paragraph.form.style, "") if paragraph.form.style else ""
    label = " ".join(paragraph.label.split()) if first else ""
    bullet = bool(_BULLET.fullmatch(label))
    prefix = "• " if bullet else f"{label} " if label else ""
    number = None if bullet else _bare(label)
    level = _level(paragraph, paper.styles)
    if name.lower() == "title" and len(text) <= _MAX_HEADING:
        return Draft(BlockKind.TITLE, text)
    if name.lower().startswith("toc "):
        return Draft(BlockKind.FURNITURE, text, gap=LINE_GAP)
    if level and len(text) <= _MAX_HEADING:
        return Draft(BlockKind.HEADING, text, prefix, level, number)
    if label:
        return Draft(BlockKind.LIST_ITEM, text, prefix, paragraph.form.level + 1, number, gap=LINE_GAP)
    plain = not paper.styled and paragraph.bold and len(text) <= 120 and text[-1:] not in ".;,"
    if plain and look_of(text) in (Look.TITLE, Look.ITEM):
        return Draft(BlockKind.HEADING, text, level=1)
    return Draft(BlockKind.PARAGRAPH, text, gap=PARAGRAPH_GAP)


def _level(paragraph: Paragraph, styles: dict[int, str]) -> int:
    """The heading level by the outline or the style's name; 0 for body text."""
    if paragraph.form.outline < 9:
        return paragraph.form.outline + 1
    found = _HEADING.fullmatch(styles.get(paragraph.form.style, "")) if paragraph.form.style else None
    return int(found[1]) if found else 0


def _note(note: Note, paper: _Paper) -> Iterator[Draft]:
    if note.comment:
        texts = [compose(p.pieces).text for p in note.items if isinstance(p, Paragraph)]
        yield Draft(BlockKind.COMMENT, " ".join(" ".join(texts).split()), gap=LINE_GAP, key=note.key)
        return
    first = True
    for draft in _items(note.items, paper):
        if draft.kind not in CELL_KINDS:
            yield draft
            continue
        prefix = f"{note.mark} " if first else draft.prefix
        noted = replace(draft, kind=BlockKind.FOOTNOTE, level=0, prefix=prefix, number=note.mark, gap=LINE_GAP, key=note.key)
        yield noted if first else replace(noted, number=None, key="")
        first = False


def _table(rows: Sequence[Row], paper: _Paper) -> list[Draft]:
    made: list[list[RowCell]] = []
    for row in rows:
        cells: list[RowCell] = []
        for n, paragraphs in enumerate(row.cells):
            form = row.forms[n] if n < len(row.forms) else CellForm()
            drafts = [d for p in paragraphs for d in _paragraph(p, paper)]
            drafts = [replace(d, kind=BlockKind.PARAGRAPH) if d.kind is BlockKind.HEADING else d for d in drafts]
            above = made[-1][n].text if form.down and made and n < len(made[-1]) else ""
            cells.append(RowCell(drafts, repeats=above, spanned=form.right, header=row.header))
        made.append(cells)
    return row_drafts(made)


def _margin(item: Paragraph | Row) -> Iterator[str]:
    paragraphs = [item] if isinstance(item, Paragraph) else [p for cell in item.cells for p in cell]
    for paragraph in paragraphs:
        if text := " ".join(compose(paragraph.pieces).text.split()):
            yield text


def _changes(drafts: Sequence[Draft]) -> list[str]:
    marks = [m for d in drafts for m in d.marks]
    insertions = sum(m.kind is MarkKind.INSERTION for m in marks)
    deletions = sum(m.kind is MarkKind.DELETION and m.label != STRUCK.label for m in marks)
    return [f"tracked changes: {insertions} open insertions, {deletions} deletions"] if insertions or deletions else []


def _bare(label: str) -> str | None:
    """The label without what closes it."""
    return label.rstrip(" .):;–—-") + (")" if label.startswith("(") else "") or None
