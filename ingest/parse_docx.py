"""Word documents: headings by style, numbers as Word would count them, tables by the cell, deleted and hidden words set apart."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import OpcError
from lxml import etree

from domain.document import BlockKind
from domain.errors import DamagedSource, LimitExceeded
from ingest.canonical import LINE_GAP, PARAGRAPH_GAP, Draft, Parsed, fix, invisible_note, one_line
from ingest.classify import Look, look_of
from ingest.contents import without_contents
from ingest.docx_numbering import Counters
from ingest.docx_runs import Runs, runs_of, w
from ingest.docx_styles import Styles
from ingest.limits import MAX_EXPANDED, MAX_MEMBERS, MAX_NESTING, MAX_RATIO, MEGABYTE
from ingest.numbering import number_drafts
from ingest.table import Cell, table_drafts

#: What zipfile raises on archives that are none, are cut short, or are packed in ways it does not know.
_BAD_ARCHIVE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)


@dataclass(slots=True)
class _Reader:
    """The parts of one document that its paragraphs refer to."""

    styles: Styles
    counters: Counters
    #: Whether the document has headings by style at all; if not, they are told by their looks.
    styled: bool


def parse_docx(data: bytes, path: str) -> Iterator[Parsed]:
    """One document; raises DamagedSource and LimitExceeded."""
    _check_archive(data)
    try:
        word = docx.Document(io.BytesIO(data))
        body = word.element.body
    except (OpcError, KeyError, ValueError, AttributeError, etree.XMLSyntaxError, *_BAD_ARCHIVE) as error:
        raise DamagedSource(f"this Word document cannot be opened: {error}") from error
    if body is None:
        raise DamagedSource("this Word document has no body")
    styles = Styles(word)
    reader = _Reader(styles, Counters(word, styles), any(styles.heading_level(p) for p in body.iter(w("p"))))
    drafts = number_drafts(without_contents(_as_titled(list(_blocks(reader, body, 0)))))
    drafts += [Draft(BlockKind.FURNITURE, t, gap=LINE_GAP) for t in _margins(word)]
    text, blocks = fix(drafts)
    first = next((d.text for d in drafts if d.kind in (BlockKind.TITLE, BlockKind.HEADING)), "")
    title = one_line(word.core_properties.title or "")
    yield Parsed(text, blocks, title=first if title.lower() in ("", "word document", "document", "untitled") else title, notes=_notes(body))


def _check_archive(data: bytes) -> None:
    """Refuses bombs before anything is unpacked; the sizes are those that the archive claims, which zipfile enforces on reading."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (ValueError, *_BAD_ARCHIVE) as error:
        raise DamagedSource(f"this Word document is damaged or cut short: {error}") from error
    if len(members) > MAX_MEMBERS:
        raise LimitExceeded(f"the archive holds more than {MAX_MEMBERS:,} members")
    total = sum(m.file_size for m in members)
    if total > MAX_EXPANDED:
        raise LimitExceeded(f"the archive unpacks to more than {MAX_EXPANDED // MEGABYTE} MB")
    if total > 10 * MEGABYTE and total > MAX_RATIO * max(1, len(data)):
        raise LimitExceeded(f"the archive unpacks to more than {MAX_RATIO} times its size")
    if any(m.flag_bits & 1 for m in members):
        raise DamagedSource("this Word document is encrypted")


def _as_titled(drafts: list[Draft]) -> list[Draft]:
    """Without a paragraph in the style Title, a first heading of level 1 before any text is the title."""
    if any(d.kind is BlockKind.TITLE for d in drafts):
        return drafts
    for n, draft in enumerate(drafts):
        if draft.kind is BlockKind.HEADING and draft.level == 1:
            return [*drafts[:n], replace(draft, kind=BlockKind.TITLE, level=0), *drafts[n + 1 :]]
        if draft.kind is not BlockKind.FURNITURE:
            return drafts
    return drafts


def _blocks(reader: _Reader, parent: etree._Element, depth: int) -> Iterator[Draft]:
    for child in parent:
        if child.tag == w("p"):
            yield from _paragraph(reader, child)
        elif child.tag == w("tbl"):
            yield from table_drafts(_rows(reader, child, depth))
        elif child.tag in (w("sdt"), w("sdtContent"), w("ins"), w("moveTo"), w("customXml"), w("smartTag")):
            yield from _blocks(reader, child, depth)


def _paragraph(reader: _Reader, paragraph: etree._Element) -> Iterator[Draft]:
    runs = runs_of(paragraph)
    number, depth = reader.counters.number_of(paragraph) if runs.visible else (None, -1)
    for n, line in enumerate(_split(runs.visible)):
        yield _draft(reader, paragraph, runs, line, number if n == 0 else None, depth, n)
    if runs.hidden:
        yield Draft(BlockKind.HIDDEN, runs.hidden, gap=LINE_GAP)
    for box in runs.boxes:
        for child in box.iter(w("p")):
            yield from _paragraph(reader, child)


def _split(text: str) -> list[str]:
    """Line breaks inside a paragraph separate lines of their own (addresses, signatures) unless a sentence runs across them."""
    lines: list[str] = []
    for line in filter(None, (" ".join(part.split()) for part in text.split("\n"))):
        if lines and line[:1].islower() and lines[-1][-1:] not in ".:;!?":
            lines[-1] += f" {line}"
        else:
            lines.append(line)
    return lines


def _draft(reader: _Reader, paragraph: etree._Element, runs: Runs, text: str, number: str | None, depth: int, line: int) -> Draft:
    gap = LINE_GAP if line or depth >= 0 else PARAGRAPH_GAP
    level = reader.styles.heading_level(paragraph)
    if level == 0:
        return Draft(BlockKind.TITLE, text, gap=gap)
    prefix = f"{number} " if number else ""
    bare = number.rstrip(".)") + (")" if number.startswith("(") else "") if number and number[:1] not in "•o-–▪" else None
    if level is not None and len(text) <= 300:
        return Draft(BlockKind.HEADING, text, prefix, level, bare, gap=gap)
    if number:
        return Draft(BlockKind.LIST_ITEM, text, prefix, depth + 1, bare, gap=gap)
    if not reader.styled and runs.bold and len(text) <= 120 and look_of(text) in (Look.TITLE, Look.ITEM) and text[-1:] not in ".;,":
        return Draft(BlockKind.HEADING, text, level=1, gap=gap)
    return Draft(BlockKind.PARAGRAPH, text, gap=gap)


def _rows(reader: _Reader, table: etree._Element, depth: int) -> list[list[Cell]]:
    """Cells by row; a cell merged downwards repeats its text as a header of its row, not as evidence."""
    if depth > MAX_NESTING:
        raise LimitExceeded(f"tables are nested deeper than {MAX_NESTING}")
    rows: list[list[Cell]] = []
    for tr in table.iterchildren(w("tr")):
        row: list[Cell] = []
        for tc in _cells(tr):
            cell = _cell(reader, tc, depth)
            merge = tc.find(f"{w('tcPr')}/{w('vMerge')}")
            if merge is not None and merge.get(w("val")) != "restart" and rows and len(row) < len(rows[-1]):
                cell = replace(cell, repeats=rows[-1][len(row)].text)
            span = tc.find(f"{w('tcPr')}/{w('gridSpan')}")
            width = span.get(w("val"), "1") if span is not None else "1"
            row += [cell] + [Cell(())] * (min(int(width), 100) - 1 if width.isdigit() else 0)
        rows.append(row)
    return rows


def _cells(tr: etree._Element) -> Iterator[etree._Element]:
    for child in tr:
        if child.tag == w("tc"):
            yield child
        elif child.tag in (w("sdt"), w("sdtContent"), w("ins")):
            yield from _cells(child)


def _cell(reader: _Reader, tc: etree._Element, depth: int) -> Cell:
    drafts = list(_blocks(reader, tc, depth + 1))
    shown = tuple(d.text for d in drafts if d.kind is not BlockKind.HIDDEN)
    return Cell(shown, hidden=tuple(d.text for d in drafts if d.kind is BlockKind.HIDDEN))


def _margins(word: WordDocument) -> list[str]:
    """The texts of page headers and footers, each once."""
    texts: dict[str, None] = {}
    for part in word.part.rels.values():
        if part.is_external or not part.reltype.endswith(("/header", "/footer")):
            continue
        element = getattr(part.target_part, "element", None)
        for paragraph in element.iter(w("p")) if element is not None else ():
            if text := one_line(runs_of(paragraph).visible):
                texts[text] = None
    return list(texts)


def _notes(body: etree._Element) -> tuple[str, ...]:
    notes = []
    if next(body.iter(w("del"), w("moveFrom")), None) is not None or next(body.iter(w("ins")), None) is not None:
        notes.append("tracked changes: insertions are read as accepted, deletions as hidden")
    return tuple(notes) + invisible_note("".join(t.text or "" for t in body.iter(w("t"))))
