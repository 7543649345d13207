"""Presentations (PPTX): titles as headings, bullets at their levels, tables by the cell, notes and comments; the page is the slide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from lxml import etree

from domain.document import BlockKind, MarkKind
from domain.errors import DamagedSource, LimitExceeded
from ingest.canonical import LINE_GAP, Draft, DraftMark, Parsed, fixed, invisible_note, one_line
from ingest.limits import MAX_PAGES
from ingest.office_parts import Parts
from ingest.slides_colors import whole_number
from ingest.slides_ground import ground_of
from ingest.slides_shapes import Layouts, Shapes
from ingest.slides_text import body_drafts, hidden_drafts, words_of

_WHAT = "PowerPoint presentation"
_FIRST = "ppt/presentation.xml"
_UNNAMED = ("", "powerpoint presentation", "presentation", "slide 1")


@dataclass(frozen=True, slots=True)
class _Comment:
    text: str
    author: str
    at: str | None


@dataclass(slots=True)
class _Deck:
    """``size``: width and height of a slide. ``authors``: names of those who commented, by their ids.

    ``pictures``: slides that show pictures and no words. ``raw``: the words of each slide as stored.
    """

    parts: Parts
    layouts: Layouts
    size: tuple[int, int]
    authors: dict[str, str]
    notes: list[str] = field(default_factory=list)
    pictures: list[int] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)


def parse_slides(data: bytes, path: str) -> Iterator[Parsed]:
    """One document; raises DamagedSource and LimitExceeded."""
    parts = Parts(data, _WHAT)
    name = next((target for kind, target in parts.related("").values() if kind == "officeDocument"), _FIRST)
    root = parts.root_of(name)
    if root is None:
        raise DamagedSource("this presentation has no list of slides, or a damaged one")
    related = parts.related(name)
    deck = _Deck(parts, Layouts(parts), _size_of(root), _authors(parts, related))
    drafts: list[Draft] = []
    listed = [next((str(v) for k, v in s.attrib.items() if str(k).endswith("}id")), "") for s in root.iterfind("{*}sldIdLst/{*}sldId")]
    if len(listed) > MAX_PAGES:
        raise LimitExceeded(f"the presentation has more than {MAX_PAGES:,} slides")
    for number, identity in enumerate(listed, 1):
        drafts += [replace(d, page=number) for d in _slide(deck, related.get(identity, ("", ""))[1], number)]
    if deck.pictures and not drafts:
        raise DamagedSource("no text found: the slides hold only pictures, which need OCR")
    drafts += [Draft(BlockKind.FURNITURE, text, gap=LINE_GAP) for text in deck.layouts.furniture]
    done = fixed(drafts)
    core = parts.root_of("docProps/core.xml")
    title = one_line((core.findtext("{*}title") or "") if core is not None else "")
    first = next((d.text for d in drafts if d.kind in (BlockKind.TITLE, BlockKind.HEADING)), "")
    title = first if title.lower() in _UNNAMED else title
    notes = (*deck.notes, *invisible_note("".join(deck.raw)))
    yield Parsed(done.text, done.blocks, title=title, notes=notes, marks=done.marks, unread_pages=tuple(deck.pictures))


def _size_of(root: etree._Element) -> tuple[int, int]:
    size = root.find("{*}sldSz")
    width, height = (whole_number(size.get(k)) for k in ("cx", "cy")) if size is not None else (None, None)
    return (width, height) if width and height and min(width, height) > 0 else (12_192_000, 6_858_000)


def _authors(parts: Parts, related: dict[str, tuple[str, str]]) -> dict[str, str]:
    found = {}
    for root in (parts.root_of(target) for kind, target in related.values() if kind in ("commentAuthors", "authors")):
        for author in root.iter("{*}cmAuthor", "{*}author") if root is not None else ():
            found[author.get("id", "")] = one_line(author.get("name", ""))
    return found


def _slide(deck: _Deck, name: str, number: int) -> list[Draft]:
    root = deck.parts.root_of(name) if name else None
    if root is None:
        deck.notes.append(f"slide {number} is missing or damaged")
        return []
    deck.raw += map(str, root.itertext())
    related = deck.parts.related(name)
    layout = deck.layouts.of(related)
    shapes = Shapes(deck.parts, related, layout, deck.size, ground_of(root, layout.below))
    tree = root.find("{*}cSld/{*}spTree")
    drafts = list(shapes.drafts(tree, number)) if tree is not None else []
    if not any(d.kind is not BlockKind.FURNITURE for d in drafts) and next(root.iter("{*}pic"), None) is not None:
        deck.pictures.append(number)
    drafts = _titled(drafts, number)
    drafts += _spoken(deck.parts, related)
    if root.get("show") in ("0", "false"):
        deck.notes.append(f"slide {number} is hidden")
        return hidden_drafts(drafts)
    return _commented(drafts, _comments(deck, related), number)


def _titled(drafts: list[Draft], number: int) -> list[Draft]:
    """The title first; a slide without one is named by its number, so that it does not seem to belong to the slide before."""
    heads = [d for d in drafts if d.kind in (BlockKind.HEADING, BlockKind.TITLE)]
    if not any(d.kind is not BlockKind.FURNITURE for d in drafts):
        return drafts
    if not heads:
        return [Draft(BlockKind.HEADING, f"Slide {number}", level=1), *drafts]
    return [heads[0], *(d for d in drafts if d is not heads[0])]


def _spoken(parts: Parts, related: dict[str, tuple[str, str]]) -> list[Draft]:
    """What the speaker reads, under a heading of its own."""
    drafts: list[Draft] = []
    for root in (parts.root_of(target) for kind, target in related.values() if kind == "notesSlide"):
        for shape in root.iter("{*}sp") if root is not None else ():
            place = shape.find("{*}nvSpPr/{*}nvPr/{*}ph")
            body = shape.find("{*}txBody")
            if place is not None and place.get("type") == "body" and body is not None:
                drafts += body_drafts(body, (), BlockKind.PARAGRAPH)
    return [Draft(BlockKind.HEADING, "Notes", level=2), *drafts] if drafts else []


def _comments(deck: _Deck, related: dict[str, tuple[str, str]]) -> list[_Comment]:
    """Comments of either kind, each before its replies."""
    found = []
    for root in (deck.parts.root_of(target) for kind, target in related.values() if kind == "comments"):
        for comment in root.iter("{*}cm", "{*}reply") if root is not None else ():
            body = comment.find("{*}txBody")
            text = words_of(body) if body is not None else one_line(comment.findtext("{*}text") or "")
            author = deck.authors.get(comment.get("authorId", ""), "")
            if text:
                found.append(_Comment(text, author, comment.get("dt") or comment.get("created")))
    return found


def _commented(drafts: list[Draft], comments: Sequence[_Comment], number: int) -> list[Draft]:
    """Comments stand at a point of the slide; they mark its title."""
    if not comments:
        return drafts
    keys = [f"comment {number} {n}" for n in range(len(comments))]
    said = [Draft(BlockKind.COMMENT, c.text, gap=LINE_GAP, key=k) for c, k in zip(comments, keys, strict=True)]
    if not drafts:
        drafts = [Draft(BlockKind.HEADING, f"Slide {number}", level=1)]
    first = drafts[0]
    marks = [
        DraftMark(MarkKind.COMMENT, 0, len(first.text), author=c.author, at=c.at, target=k) for c, k in zip(comments, keys, strict=True)
    ]
    return [replace(first, marks=(*first.marks, *marks)), *drafts[1:], *said]
