"""The words of a Word paragraph as pieces: who inserted or struck them out, which comments and notes hang on them, who can see them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from lxml import etree

from domain.document import MarkKind
from domain.errors import LimitExceeded
from ingest.docx_drawings import is_painted, is_unseen
from ingest.docx_looks import UNKNOWN, Look, Looks, conceals
from ingest.docx_symbols import readable, symbol
from ingest.docx_xml import MC, M, R, flag_of, number_of, value_of, w
from ingest.paragraph import Change, Piece, Sort

DELETING = (w("del"), w("moveFrom"))
INSERTING = (w("ins"), w("moveTo"))
_SKIPPED = frozenset(
    {w(n) for n in ("pPr", "rPr", "instrText", "delInstrText", "sdtPr", "rt", "footnoteRef", "endnoteRef", "annotationRef")}
)
_BREAKS = (w("br"), w("cr"))
_TEXTS = (w("t"), w("delText"), f"{{{M}}}t")
_SIGNS = {w("tab"): " ", w("ptab"): " ", w("noBreakHyphen"): "-"}
#: How the parts of an equation are set apart in a line of text.
_MATH = {f"{{{M}}}den": "/", f"{{{M}}}sup": "^", f"{{{M}}}sub": "_"}
_NOTES = {w("footnoteReference"): "footnote", w("endnoteReference"): "endnote"}
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"
_MAX_DEPTH = 60
#: Comments that are open at once, and words or runs with comments on them, counted once for each comment.
_MAX_OPEN, _MAX_MARKED = 200, 100_000
STRUCK = Change(label="struck out by hand")


@dataclass(frozen=True, slots=True)
class Context:
    """What holds for the words at one point: from what they stand in. ``ground``: the colour behind them."""

    looks: Looks
    ground: str
    sort: Sort = Sort.SHOWN
    change: Change | None = None

    def inside(self, element: etree._Element) -> Context:
        """Within a tracked change."""
        deleting = element.tag in DELETING
        if self.sort is Sort.DELETED and not deleting:
            return self
        return replace(self, sort=Sort.DELETED if deleting else self.sort, change=change_of(element))


@dataclass(slots=True)
class _Field:
    """A field that was begun: what it says it is, and whether its result is being read."""

    instruction: str = ""
    result: bool = False


@dataclass(slots=True)
class Story:
    """What reaches from one paragraph into the next: comments and fields that are open."""

    remarks: dict[str, None] = field(default_factory=dict)
    fields: list[_Field] = field(default_factory=list)
    marked: int = 0

    def begin(self, key: str) -> None:
        """A comment begins. Beyond any real number of open ones the rest hang on their references alone, or files take for ever."""
        if len(self.remarks) < _MAX_OPEN and self.marked < _MAX_MARKED:
            self.remarks[key] = None

    def on_words(self) -> tuple[str, ...]:
        """The comments on the words at hand; none any more once they were on too many."""
        self.marked += len(self.remarks)
        if self.marked >= _MAX_MARKED:
            self.remarks.clear()
        return tuple(self.remarks)

    @property
    def contents(self) -> bool:
        """Inside a table of contents or an index."""
        return any(f.instruction.split()[:1] in (["TOC"], ["TOA"], ["INDEX"], ["BIBLIOGRAPHY"]) for f in self.fields)


@dataclass(slots=True)
class Runs:
    """``boxes``: text boxes that are anchored here; ``diagrams``: relationships of what drawn diagrams say.

    ``bold``: all visible words are bold. ``notes``: keys of footnotes and comments referred to, in order.
    """

    pieces: list[Piece] = field(default_factory=list)
    boxes: list[tuple[etree._Element, Context]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    diagrams: list[str] = field(default_factory=list)
    weights: list[bool] = field(default_factory=list)

    @property
    def bold(self) -> bool:
        return bool(self.weights) and all(self.weights)


def change_of(element: etree._Element) -> Change:
    """Who made a tracked change, and when."""
    return Change(element.get(w("author"), "").strip(), element.get(w("date")) or None)


def runs_of(paragraph: etree._Element, context: Context, story: Story) -> Runs:
    """The paragraph's words; line breaks become newlines and tabs blanks."""
    reader = _Reader(story, Runs(), context.looks.of_paragraph(paragraph))
    reader.walk(paragraph, context, 0)
    return reader.runs


@dataclass(slots=True)
class _Reader:
    story: Story
    runs: Runs
    base: Look
    font: str = ""

    def walk(self, element: etree._Element, context: Context, depth: int) -> None:
        for child in element:
            if not isinstance(child.tag, str) or child.tag in _SKIPPED:
                continue
            if depth > _MAX_DEPTH:
                raise LimitExceeded(f"a paragraph is nested deeper than {_MAX_DEPTH} elements")
            if child.tag == w("r"):
                self._run(child, context, depth)
            elif not self._content(child, context) and not self._anchor(child, context):
                self._within(child, context, depth)

    def _run(self, run: etree._Element, context: Context, depth: int) -> None:
        properties = run.find(w("rPr"))
        look = context.looks.of_run(properties, self.base)
        fonts = properties.find(w("rFonts")) if properties is not None else None
        self.font = fonts.get(w("ascii"), "") if fonts is not None else ""
        inner = context
        if context.sort is Sort.SHOWN and conceals(look, context.ground):
            inner = replace(context, sort=Sort.HIDDEN)
            # What hides begins anew here; two hidden stretches are no one word.
            self.runs.pieces.append(Piece(" ", Sort.HIDDEN))
        elif context.sort is Sort.SHOWN and look.struck:
            inner = replace(context, sort=Sort.DELETED, change=STRUCK)
        if inner.sort is Sort.SHOWN and (run.findtext(w("t")) or "").strip():
            self.runs.weights.append(bool(look.bold))
        self.walk(run, inner, depth + 1)

    def _content(self, child: etree._Element, context: Context) -> bool:
        """Takes an element that is words or stands for some."""
        tag = child.tag
        if tag in _TEXTS:
            text = readable(child.text or "", self.font)
            self._say(text, replace(context, sort=Sort.DELETED) if tag == w("delText") else context)
        elif tag in _SIGNS:
            self._say(_SIGNS[tag], context)
        elif tag in _BREAKS:
            self._say("\n" if child.get(w("type")) in (None, "textWrapping") else " ", context)
        elif tag == w("sym"):
            self._say(symbol(child.get(w("char"), ""), child.get(w("font"), "")), context)
        elif tag == w("fldChar"):
            self._field(child, context)
        elif tag in _NOTES:
            self._refer(f"{_NOTES[tag]} {child.get(w('id'))}", context, MarkKind.FOOTNOTE)
        elif tag == w("commentReference"):
            self._refer(f"comment {child.get(w('id'))}", context, MarkKind.COMMENT)
        else:
            return False
        return True

    def _say(self, text: str, context: Context) -> None:
        if text and all(f.result for f in self.story.fields):
            self.runs.pieces.append(Piece(text, context.sort, context.change, self.story.on_words()))

    def _refer(self, key: str, context: Context, kind: MarkKind) -> None:
        if context.sort is Sort.DELETED and kind is MarkKind.FOOTNOTE:
            key = f"{key} deleted"
        self.runs.notes.append(key)
        if context.sort is Sort.SHOWN:
            self.runs.pieces.append(Piece("", note=key, note_kind=kind))

    def _anchor(self, child: etree._Element, context: Context) -> bool:
        """Takes an element that only marks a place, or stands for something read by itself."""
        tag = child.tag
        if tag == w("commentRangeStart"):
            self.story.begin(f"comment {child.get(w('id'))}")
        elif tag == w("commentRangeEnd"):
            self.story.remarks.pop(f"comment {child.get(w('id'))}", None)
        elif tag == _DIAGRAM:
            self.runs.diagrams.append(child.get(f"{{{R}}}dm", ""))
        elif tag == w("txbxContent"):
            self.runs.boxes.append((child, context))
        else:
            return False
        return True

    def _within(self, child: etree._Element, context: Context, depth: int) -> None:
        if child.tag == f"{{{MC}}}AlternateContent":
            choices = child.findall(f"{{{MC}}}Choice") or child.findall(f"{{{MC}}}Fallback")
            for chosen in choices[:1]:
                self.walk(chosen, context, depth + 1)
        elif child.tag in DELETING or child.tag in INSERTING:
            self.walk(child, context.inside(child), depth + 1)
        elif child.tag == w("fldSimple"):
            self.story.fields.append(_Field(child.get(w("instr"), ""), True))
            self.walk(child, context, depth + 1)
            self.story.fields.pop()
        else:
            self._say(_MATH.get(child.tag, ""), context)
            self.walk(child, _drawn(child, context), depth + 1)

    def _field(self, child: etree._Element, context: Context) -> None:
        """A field shows its result only: what stands between its separator and its end."""
        fields = self.story.fields
        step = child.get(w("fldCharType"))
        if step == "begin":
            fields.append(_Field(_instruction(child)))
            if shown := _form(child):
                fields[-1].result = True
                self._say(shown, context)
                fields[-1].result = False
        elif step == "separate" and fields:
            fields[-1].result = True
        elif step == "end" and fields:
            fields.pop()


def _instruction(begin: etree._Element) -> str:
    """What the field says it is; long instructions are cut over several runs, of which the first ones tell the kind."""
    words: list[str] = []
    run = begin.getparent()
    rest = list(begin.itersiblings()) + [e for r in run.itersiblings() for e in r] if run is not None else []
    for element in rest[:20]:
        if element.tag == w("instrText"):
            words.append(element.text or "")
        elif element.tag == w("fldChar"):
            break
    return "".join(words)


def _form(begin: etree._Element) -> str:
    """The state of a check box or drop-down list of a form."""
    data = begin.find(w("ffData"))
    box = data.find(w("checkBox")) if data is not None else None
    if box is not None:
        checked = flag_of(box, "checked")
        return "☒" if (checked if checked is not None else flag_of(box, "default")) else "☐"
    choices = data.find(w("ddList")) if data is not None else None
    if choices is not None:
        entries = [e.get(w("val"), "") for e in choices.iterchildren(w("listEntry"))]
        chosen = number_of(value_of(choices, "result")) or 0
        return entries[chosen] if 0 <= chosen < len(entries) else ""
    return ""


def _drawn(element: etree._Element, context: Context) -> Context:
    """Words inside a drawing stand before what the drawing paints, and are gone with it where it has no room or is off the page."""
    if is_unseen(element):
        return replace(context, sort=Sort.HIDDEN if context.sort is Sort.SHOWN else context.sort)
    return replace(context, ground=UNKNOWN) if is_painted(element) else context
