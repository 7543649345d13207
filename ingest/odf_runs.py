"""The words of an OpenDocument paragraph as pieces: tracked changes, notes, annotations, and what nobody can see."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from lxml import etree

from domain.document import MarkKind
from ingest.canonical import one_line
from ingest.odf_names import attribute, q
from ingest.odf_styles import Styles
from ingest.paragraph import Change, Piece, Sort

STRUCK = Change(label="struck out by hand")
_RESOLVED = "resolved"
_MAX_DEPTH = 60
#: Annotations that may be open at once.
_MAX_OPEN = 50
#: Annotations and notes of which the words that they belong to are marked: of a file, and of one paragraph.
_MAX_OPENED = 2_000
_MAX_HANGING = 500
_BLANKS = (q("text:s"), q("text:tab"))
_SKIPPED = frozenset(
    q(n)
    for n in (
        "svg:title", "svg:desc", "office:forms", "text:ruby-text", "text:note-citation", "text:tracked-changes", "office:event-listeners",
        "presentation:notes", "draw:image", "draw:object", "draw:object-ole", "draw:plugin",
    )
)  # fmt: skip
_BOXES = frozenset(q(f"draw:{n}") for n in "frame g custom-shape rect ellipse circle line polygon path connector caption".split())
_PARAGRAPHS = (q("text:p"), q("text:h"))


@dataclass(frozen=True, slots=True)
class Context:
    """``ground``: something coloured is behind the words, so that white letters can be seen."""

    sort: Sort = Sort.SHOWN
    ground: bool = False
    change: Change | None = None


PLAIN = Context()


@dataclass(frozen=True, slots=True)
class _Region:
    """A tracked change. ``deleted``: the words that were taken out."""

    change: Change
    deleted: str | None


@dataclass(slots=True)
class Story:
    """What reaches from one paragraph into the next. ``said``: author, day and state of each annotation by key.

    ``ends``: names of annotations that end somewhere, and so mark a stretch of the text.
    """

    regions: dict[str, _Region] = field(default_factory=dict)
    ends: frozenset[str] = frozenset()
    said: dict[str, Change] = field(default_factory=dict)
    insertions: dict[str, Change] = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)
    notes: int = 0


@dataclass(slots=True)
class Runs:
    """``hanging``: (key, element) of notes and annotations; ``boxes``: frames and shapes that are anchored here."""

    pieces: list[Piece] = field(default_factory=list)
    hanging: list[tuple[str, etree._Element]] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)


def story_of(root: etree._Element) -> Story:
    """The tracked changes and the ends of annotations of a document."""
    story = Story(ends=frozenset(attribute(e, "office:name") for e in root.iter(q("office:annotation-end"))))
    for region in root.iter(q("text:changed-region")):
        names = {region.get(q("xml:id")), region.get(q("text:id"))} - {None}
        for kind in region:
            info = kind.find(q("office:change-info"))
            change = change_of(info) if info is not None else Change()
            if kind.tag in (q("text:insertion"), q("text:deletion")):
                deleted = None
                if kind.tag == q("text:deletion"):
                    deleted = " ".join(one_line("".join(map(str, p.itertext()))) for p in kind.iter(*_PARAGRAPHS))
                for name in names:
                    story.regions[str(name)] = _Region(change, deleted)
    return story


def change_of(element: etree._Element) -> Change:
    """Author and day of a change or annotation, and whether it is settled."""
    resolved = attribute(element, "loext:resolved") == "true"
    author = one_line(element.findtext(q("dc:creator")) or "")
    return Change(author, element.findtext(q("dc:date")) or None, _RESOLVED if resolved else "")


def runs_of(paragraph: etree._Element, context: Context, story: Story, styles: Styles) -> Runs:
    """The paragraph's words; line breaks become newlines and tabs blanks."""
    reader = _Reader(Runs(), story, styles)
    reader.walk(paragraph, reader.styled("paragraph", attribute(paragraph, "text:style-name"), context), 0)
    return reader.runs


@dataclass(slots=True)
class _Reader:
    runs: Runs
    story: Story
    styles: Styles

    def walk(self, element: etree._Element, context: Context, depth: int) -> None:
        self._say(element.text, context)
        for child in element:
            if isinstance(child.tag, str) and child.tag not in _SKIPPED and depth <= _MAX_DEPTH:
                self._child(child, context, depth)
            self._say(child.tail, context)

    def styled(self, family: str, name: str, context: Context) -> Context:
        """Within something that has a style of its own."""
        if not name:
            return context
        look = self.styles.look(family, name)
        ground = context.ground or look.ground
        sort = context.sort
        if sort is Sort.SHOWN and (look.hidden or look.pale and not ground and not self.styles.dark):
            sort = Sort.HIDDEN
        elif sort is Sort.SHOWN and look.struck:
            return Context(Sort.DELETED, ground, STRUCK)
        return replace(context, sort=sort, ground=ground)

    def _child(self, child: etree._Element, context: Context, depth: int) -> None:
        tag = child.tag
        if tag in _BLANKS:
            self._say(" ", context)
        elif tag == q("text:line-break"):
            self._say("\n", context)
        elif tag in (q("text:note"), q("office:annotation")):
            self._hang(child, context)
        elif tag == q("office:annotation-end"):
            self.story.remarks.pop(attribute(child, "office:name"), None)
        elif tag in (q("text:change"), q("text:change-start"), q("text:change-end")):
            self._change(child, context)
        elif tag in _BOXES:
            self.runs.boxes.append(child)
        else:
            self.walk(child, self._within(child, context), depth + 1)

    def _within(self, child: etree._Element, context: Context) -> Context:
        if child.tag == q("text:hidden-text") or attribute(child, "text:is-hidden") == "true":
            return replace(context, sort=Sort.HIDDEN)
        return self.styled("text", attribute(child, "text:style-name"), context)

    def _say(self, text: str | None, context: Context) -> None:
        if not text:
            return
        # White space of the file itself counts as one blank; breaks are elements.
        text = text if text == "\n" else " ".join(text.split("\n"))
        change = context.change
        if context.sort is Sort.SHOWN and self.story.insertions:
            change = next(reversed(self.story.insertions.values()))
        self.runs.pieces.append(Piece(text, context.sort, change, tuple(self.story.remarks.values())))

    def _hang(self, child: etree._Element, context: Context) -> None:
        """A note, or an annotation: it marks what stands up to its end, or the word before it."""
        is_note = child.tag == q("text:note")
        self.story.notes += 1
        key = f"{'note' if is_note else 'comment'} {self.story.notes}"
        self.runs.hanging.append((key, child))
        if not is_note:
            self.story.said[key] = change_of(child)
            name = attribute(child, "office:name")
            if name and name in self.story.ends and len(self.story.remarks) < _MAX_OPEN and self.story.notes <= _MAX_OPENED:
                self.story.remarks[name] = key
                return
        if context.sort is Sort.SHOWN and len(self.runs.hanging) <= _MAX_HANGING:
            self.runs.pieces.append(Piece("", note=key, note_kind=MarkKind.FOOTNOTE if is_note else MarkKind.COMMENT))

    def _change(self, child: etree._Element, context: Context) -> None:
        name = attribute(child, "text:change-id")
        region = self.story.regions.get(name)
        if region is None:
            return
        if region.deleted is not None:
            if region.deleted:
                self.runs.pieces.append(Piece(region.deleted, Sort.DELETED, region.change, tuple(self.story.remarks.values())))
        elif child.tag == q("text:change-start"):
            self.story.insertions[name] = region.change
        else:
            self.story.insertions.pop(name, None)
