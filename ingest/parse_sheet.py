"""Excel workbooks: every sheet under its name, cells as shown with the headers of their row and column, hidden ones set apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from domain.document import BlockKind
from domain.errors import DamagedSource, LimitExceeded
from ingest.canonical import LINE_GAP, Draft, Parsed, fixed, invisible_note, one_line
from ingest.limits import MAX_CHARS
from ingest.office_parts import Parts
from ingest.sheet_cells import MAX_CELLS, Area, Book, area_of, place_of, sheet_of, text_of
from ingest.sheet_grid import Remark, grid_drafts
from ingest.sheet_styles import styles_of

_WHAT = "Excel workbook"
_MAX_TABLES = 200
#: Names that programs give to sheets.
_UNNAMED = re.compile(r"(?i)(?:sheet|tabelle|feuil|hoja|foglio|blad|ark|taul|planilha|лист|シート)\s*\d*")


@dataclass(slots=True)
class _Workbook:
    """``cells``: how many were read so far; ``unknown``: formulas without a stored result."""

    parts: Parts
    book: Book
    persons: dict[str, str]
    cells: int = 0
    unknown: int = 0
    notes: list[str] = field(default_factory=list)


def parse_sheet(data: bytes, path: str) -> Iterator[Parsed]:
    """One document; raises DamagedSource and LimitExceeded."""
    parts = Parts(data, _WHAT)
    name = next((target for kind, target in parts.related("").values() if kind == "officeDocument"), "xl/workbook.xml")
    if name.endswith(".bin"):
        raise DamagedSource("this is a binary workbook (XLSB); open it in Excel or LibreOffice and save it as XLSX")
    root = parts.root_of(name)
    if root is None:
        raise DamagedSource("this Excel workbook has no list of sheets, or a damaged one")
    workbook = _opened(parts, name, root)
    drafts = _sheets(workbook, name, root)
    if workbook.unknown:
        workbook.notes.append(f"{workbook.unknown} formulas have no stored result; open the workbook, save it and add it again")
    done = fixed(drafts)
    core = parts.root_of("docProps/core.xml")
    title = one_line((core.findtext("{*}title") or "") if core is not None else "")
    notes = (*workbook.notes, *invisible_note("".join(workbook.book.strings)))
    yield Parsed(done.text, done.blocks, title=title, notes=notes, marks=done.marks)


def _opened(parts: Parts, name: str, root: etree._Element) -> _Workbook:
    related = parts.related(name)
    by_kind = dict(related.values())
    strings: list[str] = []
    if "sharedStrings" in by_kind:
        shared = parts.root_of(by_kind["sharedStrings"])
        if shared is None:
            raise DamagedSource("the texts of this Excel workbook are damaged")
        strings = [text_of(item) for item in shared.iterfind("{*}si")]
    properties = root.find("{*}workbookPr")
    from_1904 = properties is not None and properties.get("date1904") in ("1", "true")
    people = parts.root_of(by_kind["person"]) if "person" in by_kind else None
    persons = {p.get("id", ""): p.get("displayName", "") for p in people.iterfind("{*}person")} if people is not None else {}
    styles = styles_of(parts.root_of(by_kind["styles"])) if "styles" in by_kind else []
    return _Workbook(parts, Book(strings, styles, from_1904), persons)


def _sheets(workbook: _Workbook, name: str, root: etree._Element) -> list[Draft]:
    related = workbook.parts.related(name)
    sheets = list(root.iterfind("{*}sheets/{*}sheet"))
    open_sheets = [s for s in sheets if s.get("state", "visible") == "visible"]
    drafts: list[Draft] = []
    size = 0
    for sheet in sheets:
        hidden = sheet not in open_sheets
        title = one_line(sheet.get("name", ""))
        identity = next((str(v) for k, v in sheet.attrib.items() if str(k).endswith("}id")), "")
        kind, target = related.get(identity, ("", ""))
        if kind not in ("worksheet", ""):
            workbook.notes.append(f"{title} is a {kind} without cells and was not read")
            continue
        inside = _sheet(workbook, target, title)
        if inside and not (hidden or len(open_sheets) == 1 and _UNNAMED.fullmatch(title)):
            drafts.append(Draft(BlockKind.HEADING, title, level=1))
        if hidden:
            workbook.notes.append(f"the sheet {title} is hidden")
            inside = [replace(d, kind=BlockKind.HIDDEN, column=None, row=None, level=0, marks=()) for d in inside]
        drafts += inside
        size += sum(len(d.text) for d in inside)
        if size > MAX_CHARS:
            raise LimitExceeded(f"the text is longer than {MAX_CHARS:,} characters")
    return drafts


def _sheet(workbook: _Workbook, name: str, title: str) -> list[Draft]:
    data = workbook.parts.bytes_of(name) if name else None
    if data is None:
        workbook.notes.append(f"the sheet {title} is missing from the file")
        return []
    related = list(workbook.parts.related(name).values())
    sheet = sheet_of(data, workbook.book, _remarks(workbook, related, title), _tables(workbook.parts, related))
    workbook.cells += len(sheet.cells)
    workbook.unknown += sheet.unknown
    if workbook.cells > 2 * MAX_CELLS:
        raise LimitExceeded(f"the workbook has more than {MAX_CELLS:,} filled cells; split it")
    return [*grid_drafts(sheet.cells), *_boxes(workbook.parts, related)]


def _tables(parts: Parts, related: list[tuple[str, str]]) -> list[Area]:
    roots = [parts.root_of(target) for kind, target in related if kind == "table"]
    return [area for root in roots if root is not None and (area := area_of(root.get("ref", "")))][:_MAX_TABLES]


def _remarks(workbook: _Workbook, related: list[tuple[str, str]], title: str) -> dict[tuple[int, int], list[Remark]]:
    """The comments on a sheet by their cells; where there are threads, older programs' copies of them are left out."""
    found: dict[tuple[int, int], list[Remark]] = {}
    for wanted in ("threadedComment", "comments"):
        for n, root in enumerate(workbook.parts.root_of(target) for kind, target in related if kind == wanted):
            threads = set(found)
            for comment in root.iter("{*}threadedComment", "{*}comment") if root is not None else ():
                place = place_of(comment.get("ref", ""))
                if place is None or wanted == "comments" and place in threads:
                    continue
                text, author, at = _said(comment, root, workbook.persons)
                if text.strip():
                    key = f"{title} {place} {wanted} {n} {len(found.get(place, ()))}"
                    found.setdefault(place, []).append(Remark(key, text, author, at))
    return found


def _said(comment: etree._Element, root: etree._Element | None, persons: dict[str, str]) -> tuple[str, str, str | None]:
    """Text, author and day of a comment of either kind."""
    body = comment.find("{*}text")
    if body is None:
        return "", "", None
    if comment.get("personId") is not None:
        return body.text or "", persons.get(comment.get("personId", ""), ""), comment.get("dT")
    authors = [a.text or "" for a in root.iterfind("{*}authors/{*}author")] if root is not None else []
    number = comment.get("authorId", "")
    author = one_line(authors[int(number)]) if number.isdecimal() and int(number) < len(authors) else ""
    # Excel prints the author's name above the text.
    return text_of(body).removeprefix(f"{author}:").lstrip(), author, None


def _boxes(parts: Parts, related: list[tuple[str, str]]) -> list[Draft]:
    """Texts of boxes that are drawn on a sheet."""
    drafts: list[Draft] = []
    for root in (parts.root_of(target) for kind, target in related if kind == "drawing"):
        for paragraph in root.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}p") if root is not None else ():
            if text := one_line("".join(t.text or "" for t in paragraph.iterfind("{*}r/{*}t"))):
                drafts.append(Draft(BlockKind.PARAGRAPH, text, gap=LINE_GAP if drafts else "\n\n"))
    return drafts
