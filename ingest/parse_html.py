"""HTML pages and HTML mail bodies: what a reader sees in order, tables by the cell, navigation and hidden text set apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree, html

from domain.document import BlockKind
from domain.errors import DamagedSource, LimitExceeded
from ingest.canonical import LINE_GAP, PARAGRAPH_GAP, Draft, Parsed, clean, fix, invisible_note, one_line
from ingest.dates import iso_date
from ingest.decode import decoded
from ingest.html_style import Sheet, hides, sheet_of
from ingest.limits import MAX_TREE_DEPTH
from ingest.numbering import number_drafts
from ingest.table import Cell, table_drafts

_DROPPED = frozenset(
    {
        "script",
        "style",
        "template",
        "noscript",
        "svg",
        "math",
        "iframe",
        "object",
        "canvas",
        "audio",
        "video",
        "head",
        "title",
        "link",
        "meta",
    }
)
_FURNITURE = frozenset({"nav", "footer", "button", "select", "option", "textarea", "menu", "datalist"})
_FURNITURE_ROLES = frozenset({"navigation", "contentinfo", "banner", "search", "menu"})
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section summary table tbody td tfoot th thead tr ul caption".split()
)
_CHARSET = re.compile(rb"(?i)<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w:.-]+)")
_QUOTE_CLASSES = re.compile(r"gmail_quote|yahoo_quoted|moz-cite|divRplyFwdMsg|OutlookMessageHeader|protonmail_quote")


@dataclass(slots=True)
class _Walk:
    """``words``: pieces of the paragraph being collected. ``items``: list items begun; ``marked``: the last whose marker is written."""

    sheet: Sheet
    drafts: list[Draft] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    items: int = 0
    marked: int = 0


@dataclass(frozen=True, slots=True)
class _State:
    """What holds for the words at one point of the tree."""

    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    prefix: str = ""
    number: str | None = None
    depth: int = 0
    lists: int = 0
    item: int = 0


def parse_html(data: bytes, path: str) -> Iterator[Parsed]:
    """One document; raises DamagedSource where there is no element at all."""
    found = _CHARSET.search(data[:4096])
    raw = decoded(data, found[1].decode("ascii") if found else None)
    root = tree_of(raw)
    drafts = drafts_of(root)
    first = next((n for n, d in enumerate(drafts) if d.kind is BlockKind.HEADING and d.level == 1), None)
    if first is not None:
        drafts[first] = replace(drafts[first], kind=BlockKind.TITLE, level=0)
    text, blocks = fix(number_drafts(drafts))
    title = one_line(root.findtext(".//title") or "") or (drafts[first].text if first is not None else "")
    yield Parsed(text, blocks, title=title, issued=_meta_date(root), notes=invisible_note(raw))


def tree_of(text: str) -> html.HtmlElement:
    """The element tree; the parser reads no other file and expands no entity of the document's own."""
    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False, recover=True)
    try:
        # An encoding declaration inside a string that is decoded already is an error to lxml.
        root = html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", clean(text)), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise DamagedSource(f"this HTML cannot be read: {error}") from error
    if root is None:
        raise DamagedSource("this HTML has no element")
    return root


def drafts_of(root: html.HtmlElement) -> list[Draft]:
    """The blocks in reading order; quoted parts of mail come as QUOTED, what no reader sees as HIDDEN."""
    walk = _Walk(sheet_of(" ".join(e.text or "" for e in root.iter("style"))))
    body = root.find("body")
    state = _State()
    _element(walk, body if body is not None else root, state)
    _flush(walk, state)
    return walk.drafts


def _meta_date(root: html.HtmlElement) -> str | None:
    for meta in root.iter("meta"):
        name = (meta.get("name") or meta.get("property") or "").lower()
        if name in ("date", "dc.date", "dcterms.created", "article:published_time", "last-modified") and (
            day := iso_date(meta.get("content") or "")
        ):
            return day
    return None


def _element(walk: _Walk, element: html.HtmlElement, state: _State) -> None:
    if state.depth > MAX_TREE_DEPTH:
        raise LimitExceeded(f"the HTML is nested deeper than {MAX_TREE_DEPTH} elements")
    tag = element.tag if isinstance(element.tag, str) else ""
    if not tag or tag in _DROPPED:
        return
    inner = _state_in(walk, element, tag, state)
    if tag == "br":
        _flush(walk, state, line=True)
    elif tag == "table" and inner.kind is BlockKind.PARAGRAPH and _is_data(element):
        _flush(walk, state)
        walk.drafts += table_drafts(_rows(walk, element, inner))
    else:
        boundary = tag in _BLOCKS or inner.kind is not state.kind
        if boundary:
            _flush(walk, state)
        _children(walk, element, inner)
        if boundary:
            _flush(walk, inner)


def _children(walk: _Walk, element: html.HtmlElement, state: _State) -> None:
    if element.text:
        walk.words.append(element.text)
    number = _first_number(element)
    for child in element:
        here = state
        if child.tag == "li" and isinstance(child.tag, str):
            walk.items += 1
            here, number = _item(walk.items, element, child, state, number)
        _element(walk, child, here)
        if child.tail:
            walk.words.append(child.tail)


def _first_number(element: html.HtmlElement) -> int:
    start = (element.get("start") or "").strip()
    return int(start) if element.tag == "ol" and start.isdigit() and len(start) < 6 else 1


def _item(item: int, parent: html.HtmlElement, child: html.HtmlElement, state: _State, number: int) -> tuple[_State, int]:
    """The marker that a browser draws before a list item."""
    ordered = parent.tag == "ol"
    value = (child.get("value") or "").strip()
    number = int(value) if value.isdigit() and len(value) < 6 else number
    shown = _counted(number, parent.get("type") or "1")
    kind = BlockKind.LIST_ITEM if state.kind is BlockKind.PARAGRAPH else state.kind
    lists = state.lists + 1
    prefix = f"{shown}. " if ordered else "• "
    return replace(state, kind=kind, level=lists, lists=lists, item=item, prefix=prefix, number=shown if ordered else None), number + 1


def _counted(number: int, style: str) -> str:
    if style in ("a", "A") and 1 <= number <= 26:
        return chr(ord(style) + number - 1)
    if style in ("i", "I") and 1 <= number < 40:
        roman = "x" * (number // 10) + ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")[number % 10]
        return roman if style == "i" else roman.upper()
    return str(number)


def _state_in(walk: _Walk, element: html.HtmlElement, tag: str, state: _State) -> _State:
    inner = replace(state, depth=state.depth + 1)
    if state.kind is BlockKind.HIDDEN:
        return inner
    if hides(element, walk.sheet):
        return replace(inner, kind=BlockKind.HIDDEN, prefix="", number=None, level=0)
    if state.kind is BlockKind.FURNITURE:
        return inner
    if tag in _FURNITURE or (element.get("role") or "").lower() in _FURNITURE_ROLES:
        return replace(inner, kind=BlockKind.FURNITURE, prefix="", number=None, level=0)
    if state.kind is BlockKind.QUOTED or _is_quote(element, tag):
        return replace(inner, kind=BlockKind.QUOTED, prefix="", number=None, level=0)
    if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
        return replace(inner, kind=BlockKind.HEADING, level=int(tag[1]), prefix="", number=None)
    return inner


def _is_quote(element: html.HtmlElement, tag: str) -> bool:
    if tag == "blockquote" and (element.get("type") or "").lower() == "cite":
        return True
    return bool(_QUOTE_CLASSES.search(f"{element.get('class') or ''} {element.get('id') or ''}"))


def _flush(walk: _Walk, state: _State, *, line: bool = False) -> None:
    """Ends the paragraph that was being collected. ``line``: by a line break, so that the next one follows closely."""
    text = " ".join("".join(walk.words).split())
    walk.words.clear()
    if not text:
        return
    # Only the first paragraph of an item carries its marker.
    fresh = state.item > walk.marked
    walk.marked = max(walk.marked, state.item)
    prefix, number = (state.prefix, state.number) if fresh else ("", None)
    close = line or state.kind is BlockKind.LIST_ITEM
    walk.drafts.append(Draft(state.kind, text, prefix, state.level, number, gap=LINE_GAP if close else PARAGRAPH_GAP))


def _is_data(table: html.HtmlElement) -> bool:
    """A table of cells rather than one that lays out a page: rows of at least two cells, none of which holds a table or headings."""
    if next(table.iterdescendants("table"), None) is not None:
        return False
    if (table.get("role") or "").lower() in ("presentation", "none"):
        return False
    return any(len([c for c in row if c.tag in ("td", "th")]) > 1 for row in table.iter("tr"))


def _rows(walk: _Walk, table: html.HtmlElement, state: _State) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    spans: dict[int, tuple[int, Cell]] = {}
    for caption in table.iter("caption"):
        _element(walk, caption, state)
        _flush(walk, state)
    for tr in table.iter("tr"):
        row: list[Cell] = []
        for td in (c for c in tr if c.tag in ("td", "th")):
            while len(row) in spans and spans[len(row)][0] > 0:
                left, cell = spans[len(row)]
                spans[len(row)] = (left - 1, cell)
                row.append(replace(cell, paragraphs=(), repeats=" ".join(cell.paragraphs) or cell.repeats))
            cell = _cell(walk, td, state, hidden=hides(tr, walk.sheet))
            width, height = _span(td, "colspan"), _span(td, "rowspan")
            for n in range(width):
                spans[len(row)] = (height - 1, cell)
                row.append(cell if n == 0 else replace(cell, paragraphs=()))
        rows.append(row)
    return rows


def _span(td: html.HtmlElement, name: str) -> int:
    value = (td.get(name) or "1").strip()
    return min(max(int(value), 1), 100) if value.isdigit() and len(value) < 4 else 1


def _cell(walk: _Walk, td: html.HtmlElement, state: _State, *, hidden: bool) -> Cell:
    inside = _Walk(walk.sheet)
    start = replace(state, kind=BlockKind.HIDDEN) if hidden else state
    _element(inside, td, start)
    _flush(inside, start)
    shown = tuple(d.text for d in inside.drafts if d.kind not in (BlockKind.HIDDEN, BlockKind.FURNITURE))
    concealed = tuple(d.text for d in inside.drafts if d.kind is BlockKind.HIDDEN)
    return Cell(shown, header=td.tag == "th", hidden=concealed)
