"""HTML pages and HTML mail bodies: what a reader sees in order, tables by the cell, navigation, struck-out and hidden text set apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree, html

from domain.document import BlockKind
from domain.errors import DamagedSource, LimitExceeded
from ingest.canonical import LINE_GAP, PARAGRAPH_GAP, Draft, Parsed, clean, fixed, invisible_note, one_line
from ingest.dates import iso_date
from ingest.decode import decoded
from ingest.html_lists import ItemCounter, whole
from ingest.html_notes import NotePlan, is_back_link, notes_in
from ingest.html_style import Look, Sheet, look_in, sheet_of
from ingest.item_levels import with_levels
from ingest.limits import MAX_TREE_DEPTH
from ingest.numbering import number_drafts
from ingest.paragraph import Change, Piece, Sort, compose
from ingest.rich_table import Row, RowCell, row_drafts

_DROPPED = frozenset("script style svg math iframe object canvas audio video head title link meta".split())
_FURNITURE = frozenset({"nav", "footer", "button", "select", "option", "textarea", "menu", "datalist"})
_FURNITURE_ROLES = frozenset({"navigation", "contentinfo", "banner", "search", "menu"})
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section summary table tbody td tfoot th thead tr ul caption".split()
)
_CHARSET = re.compile(rb"(?i)<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w:.-]+)")
_QUOTE_CLASSES = re.compile(r"gmail_quote|yahoo_quoted|moz-cite|divRplyFwdMsg|OutlookMessageHeader|protonmail_quote")
#: Beyond so many, cells that reach over several columns or rows are as wide and high as any.
_MAX_COLUMNS = 500
_PLAIN = Look()
_STRUCK = Change(label="struck out by hand")
_NOTE_MARK = r"(?:\[{0}\]|\({0}\)|{0}[.):]?)\s+"


@dataclass(slots=True)
class _Walk:
    """``pieces``: the paragraph being collected. ``items``: list items begun; ``marked``: the last whose marker is written.

    ``noted``: keys of the notes whose first block is written.
    """

    sheet: Sheet
    notes: NotePlan
    drafts: list[Draft] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    items: int = 0
    marked: int = 0
    noted: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _State:
    """What holds for the words at one point of the tree. ``note``: (key, printed mark) of the footnote they belong to."""

    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    prefix: str = ""
    number: str | None = None
    depth: int = 0
    lists: int = 0
    item: int = 0
    look: Look = _PLAIN
    change: Change | None = None
    note: tuple[str, str] | None = None

    def say(self, text: str) -> Piece:
        """A piece of words at this point."""
        if self.look.hidden:
            return Piece(text, Sort.HIDDEN)
        if self.look.struck:
            return Piece(text, Sort.DELETED, self.change or _STRUCK)
        return Piece(text, change=self.change)


def parse_html(data: bytes, path: str) -> Iterator[Parsed]:
    """One document; raises DamagedSource where there is no element at all."""
    found = _CHARSET.search(data[:4096])
    raw = decoded(data, found[1].decode("ascii") if found else None)
    root = tree_of(raw)
    drafts = drafts_of(root)
    first = next((n for n, d in enumerate(drafts) if d.kind is BlockKind.HEADING and d.level == 1), None)
    if first is not None:
        drafts[first] = replace(drafts[first], kind=BlockKind.TITLE, level=0)
    done = fixed(with_levels(number_drafts(drafts)))
    title = one_line(root.findtext(".//title") or "") or (drafts[first].text if first is not None else "")
    notes = _notes(root) + invisible_note(raw)
    yield Parsed(done.text, done.blocks, title=title, issued=_meta_date(root), notes=notes, marks=done.marks)


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
    """The blocks in reading order; quoted parts of mail come as QUOTED, what no reader sees as HIDDEN, what is struck out as DELETED."""
    walk = _Walk(sheet_of(" ".join(e.text or "" for e in root.iter("style"))), notes_in(root))
    body = root.find("body")
    state = _State()
    _element(walk, body if body is not None else root, state)
    _flush(walk, state)
    return walk.drafts


def _notes(root: html.HtmlElement) -> tuple[str, ...]:
    """What lies outside of the file and was not fetched."""
    linked = any("stylesheet" in (e.get("rel") or "").lower() and e.get("href") for e in root.iter("link"))
    imported = any("@import" in (e.text or "") for e in root.iter("style"))
    return ("a style sheet outside of this file was not fetched: words that it hides are read as visible",) if linked or imported else ()


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
    if not tag or tag in _DROPPED or tag == "a" and _noted_link(walk, element, state):
        return
    inner = _state_in(walk, element, tag, state)
    if tag == "br":
        _flush(walk, state, line=True)
    elif tag == "table" and inner.kind is BlockKind.PARAGRAPH and not inner.look.hidden and _is_data(element):
        _flush(walk, state)
        walk.drafts += _table(walk, element, inner)
    elif tag in _BLOCKS or inner.kind is not state.kind or inner.note != state.note:
        _flush(walk, state)
        _children(walk, element, inner)
        _flush(walk, inner)
    else:
        _children(walk, element, inner)


def _noted_link(walk: _Walk, link: html.HtmlElement, state: _State) -> bool:
    """Takes a link that refers to a footnote, or leads back from one: its sign is no word of the sentence."""
    key = walk.notes.links.get(link)
    if key is not None:
        if not state.look.hidden and not state.look.struck:
            walk.pieces.append(Piece("", note=key))
        return True
    return state.note is not None and is_back_link(link)


def _children(walk: _Walk, element: html.HtmlElement, state: _State) -> None:
    if element.text:
        walk.pieces.append(state.say(_flowing(element.text)))
    counter: ItemCounter | None = None
    for child in element:
        here = state
        if child.tag == "li" and isinstance(child.tag, str):
            counter = counter or ItemCounter(element, walk.sheet.style_of(element))
            walk.items += 1
            here = _item(walk.items, counter, child, state)
        _element(walk, child, here)
        if child.tail:
            walk.pieces.append(state.say(_flowing(child.tail)))


def _flowing(text: str) -> str:
    """A line break of the source is a blank like any."""
    return text.replace("\n", " ")


def _item(item: int, counter: ItemCounter, child: html.HtmlElement, state: _State) -> _State:
    """The state inside a list item, with the marker that a browser draws before it."""
    kind = BlockKind.LIST_ITEM if state.kind is BlockKind.PARAGRAPH else state.kind
    lists = state.lists + 1
    prefix, number = counter.marker(child)
    return replace(state, kind=kind, level=lists, lists=lists, item=item, prefix=prefix, number=number)


def _state_in(walk: _Walk, element: html.HtmlElement, tag: str, state: _State) -> _State:
    inner = replace(state, depth=state.depth + 1, look=look_in(element, walk.sheet, state.look))
    if tag in ("ins", "del", "s", "strike"):
        inner = replace(inner, change=_change(element, tag) or state.change)
    if state.kind is BlockKind.FURNITURE:
        return inner
    if tag in _FURNITURE or (element.get("role") or "").lower() in _FURNITURE_ROLES:
        return replace(inner, kind=BlockKind.FURNITURE, prefix="", number=None, level=0)
    if state.kind is BlockKind.QUOTED or _is_quote(element, tag):
        return replace(inner, kind=BlockKind.QUOTED, prefix="", number=None, level=0)
    if (note := walk.notes.notes.get(element)) is not None:
        return replace(inner, kind=BlockKind.FOOTNOTE, note=note, level=0)
    if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456" and state.note is None:
        return replace(inner, kind=BlockKind.HEADING, level=int(tag[1]), prefix="", number=None)
    return inner


def _change(element: html.HtmlElement, tag: str) -> Change | None:
    """A tracked change: one that says when it was made, why or by whom. Bare <ins> is only a way to underline."""
    at = (element.get("datetime") or element.get("data-time") or "").strip() or None
    author = next((v for n in ("data-author", "data-username", "data-user-name", "data-user") if (v := element.get(n))), "")
    label = (element.get("cite") or "").strip()
    if at or author or label:
        return Change(one_line(author), at, label)
    return None if tag == "ins" else _STRUCK


def _is_quote(element: html.HtmlElement, tag: str) -> bool:
    if tag == "blockquote" and (element.get("type") or "").lower() == "cite":
        return True
    return bool(_QUOTE_CLASSES.search(f"{element.get('class') or ''} {element.get('id') or ''}"))


def _flush(walk: _Walk, state: _State, *, line: bool = False) -> None:
    """Ends the paragraph that was being collected. ``line``: by a line break, so that the next one follows closely."""
    pieces = walk.pieces[:]
    walk.pieces.clear()
    if not any(p.text.strip() for p in pieces):
        return
    said = compose(pieces)
    if said.lines:
        text, marks = said.lines[0]
        # Only the first paragraph of an item carries its marker.
        fresh = state.item > walk.marked
        walk.marked = max(walk.marked, state.item)
        prefix, number = (state.prefix, state.number) if fresh else ("", None)
        close = line or state.kind is BlockKind.LIST_ITEM
        gap = LINE_GAP if close else PARAGRAPH_GAP
        draft = Draft(state.kind, text, prefix, state.level, number, gap=gap, marks=marks)
        walk.drafts.append(_as_note(walk, draft, state.note) if state.note is not None else draft)
    walk.drafts += said.asides


def _as_note(walk: _Walk, draft: Draft, note: tuple[str, str]) -> Draft:
    """A paragraph of a footnote: the first carries its key and its mark, which is no word of it."""
    key, mark = note
    if not key or key in walk.noted:
        return draft
    walk.noted.add(key)
    found = re.match(_NOTE_MARK.format(re.escape(mark)), draft.text)
    if found and not draft.marks:
        draft = replace(draft, text=draft.text[found.end() :], prefix=found[0])
    return replace(draft, prefix=draft.prefix or f"{mark} ", number=mark, key=key)


def _is_data(table: html.HtmlElement) -> bool:
    """A table of cells rather than one that lays out a page: rows of at least two cells, none of which holds headings.

    A table inside another is read on its own, so that the outer one lays out, unless its cells are headed.
    """
    if (table.get("role") or "").lower() in ("presentation", "none"):
        return False
    own = [row for row in table.iter("tr") if _table_of(row) is table]
    if next(table.iterdescendants("table"), None) is not None:
        return bool(own) and len([c for c in own[0] if c.tag == "th"]) > 1
    return any(len([c for c in row if c.tag in ("td", "th")]) > 1 for row in own)


def _table_of(row: html.HtmlElement) -> html.HtmlElement | None:
    return next(row.iterancestors("table"), None)


def _table(walk: _Walk, table: html.HtmlElement, state: _State) -> list[Draft]:
    before = len(walk.drafts)
    for caption in table.iterchildren("caption"):
        _element(walk, caption, state)
        _flush(walk, state)
    drafts, walk.drafts = walk.drafts, []
    rows: list[Row] = []
    spans: dict[int, tuple[int, RowCell]] = {}
    for tr in (r for r in table.iter("tr") if _table_of(r) is table):
        rows.append(_row(walk, tr, spans, replace(state, look=look_in(tr, walk.sheet, state.look))))
    walk.drafts = drafts[:before]
    return drafts[before:] + row_drafts(rows)


def _row(walk: _Walk, tr: html.HtmlElement, spans: dict[int, tuple[int, RowCell]], state: _State) -> Row:
    row: Row = []
    first = not spans or tr.getparent().tag == "thead"
    heading = [c.tag == "th" or tr.getparent().tag == "thead" for c in tr if c.tag in ("td", "th")]
    for td in (c for c in tr if c.tag in ("td", "th")):
        while len(row) < _MAX_COLUMNS and len(row) in spans and spans[len(row)][0] > 0:
            left, cell = spans[len(row)]
            spans[len(row)] = (left - 1, cell)
            row.append(replace(cell, drafts=[], repeats=cell.text))
        width, height = (min(max(whole(td.get(n)) or 1, 1), 100) for n in ("colspan", "rowspan"))
        by_row = (td.get("scope") or "").lower().startswith("row") or not all(heading) or height > 1 and not first
        heads_row = td.tag == "th" and by_row
        cell = RowCell(_cell(walk, td, state), header=not heads_row and (td.tag == "th" or all(heading)), heads_row=heads_row)
        for n in range(min(width, max(_MAX_COLUMNS - len(row), 1))):
            spans[len(row)] = (height - 1, cell)
            row.append(cell if n == 0 else replace(cell, drafts=[], repeats=cell.text, spanned=True))
    return row


def _cell(walk: _Walk, td: html.HtmlElement, state: _State) -> list[Draft]:
    inside = _Walk(walk.sheet, walk.notes, items=walk.items, marked=walk.marked, noted=walk.noted)
    _element(inside, td, state)
    _flush(inside, state)
    walk.items, walk.marked = inside.items, inside.marked
    return inside.drafts
