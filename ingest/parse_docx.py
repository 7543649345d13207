"""Word documents: headings by style, numbers as Word would count them, tables by the cell, tracked changes, comments and notes in place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from docx.document import Document as WordDocument
from lxml import etree

from domain.document import BlockKind, MarkKind
from domain.errors import BadInput, DamagedSource
from ingest.canonical import LINE_GAP, Attachment, Draft, Parsed, fixed, invisible_note, one_line
from ingest.contents import without_contents
from ingest.decode import decoded
from ingest.docx_blocks import BlockReader, Place
from ingest.docx_looks import Looks
from ingest.docx_numbering import Counters
from ingest.docx_package import opened
from ingest.docx_remarks import Remarks, remarks_of
from ingest.docx_runs import STRUCK, Context, Story, runs_of
from ingest.docx_styles import Styles
from ingest.docx_xml import A, parts_of, root_of, w
from ingest.item_levels import with_levels
from ingest.numbering import number_drafts
from ingest.office_archive import check_archive
from ingest.paragraph import compose
from ingest.parse_html import drafts_of, tree_of
from ingest.parse_text import plain_drafts

_UNNAMED = ("", "word document", "document", "untitled", "microsoft word document")


@dataclass(slots=True)
class _Foreign:
    """Parts and files of other formats inside the document: their text where it is read in place, else they are attachments."""

    word: WordDocument
    attachments: list[Attachment] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def chunk(self, identity: str) -> list[Draft]:
        """What a part says that Word would read in when it opens the document."""
        rel = self.word.part.rels.get(identity)
        if rel is None or rel.is_external:
            self.notes.append("a part that stands outside of this file was not read")
            return []
        part = rel.target_part
        if rel.reltype.endswith("/diagramData"):
            return _diagram(root_of(part))
        kind, name = str(part.content_type).lower(), str(part.partname).rsplit("/", 1)[-1]
        if "html" in kind:
            return self._html(part.blob)
        if kind.startswith("text/plain"):
            return plain_drafts(decoded(part.blob))
        self.notes.append(f"{name} stands inside this document and is read as a document of its own")
        self.attachments.append(Attachment(name, part.blob))
        return []

    def _html(self, data: bytes) -> list[Draft]:
        try:
            return drafts_of(tree_of(decoded(data)))
        except BadInput as error:
            self.notes.append(f"a part inside this document was not read: {error}")
            return []


def _diagram(root: etree._Element | None) -> list[Draft]:
    """The words of each shape of a drawn diagram."""
    points = [e for e in root.iter() if isinstance(e.tag, str) and etree.QName(e).localname == "pt"] if root is not None else []
    texts = [one_line(" ".join(t.text or "" for t in point.iter(f"{{{A}}}t"))) for point in points]
    return [Draft(BlockKind.PARAGRAPH, text) for text in texts if text]


def parse_docx(data: bytes, path: str) -> Iterator[Parsed]:
    """One document; raises DamagedSource and LimitExceeded."""
    check_archive(data, "Word document")
    word = opened(data)
    body = word.element.body
    if body is None:
        raise DamagedSource("this Word document has no body")
    styles, foreign, remarks = Styles(word), _Foreign(word), remarks_of(word)
    looks = Looks(word, styles)
    styled = any(styles.heading_level(p) for p in body.iter(w("p")))
    reader = BlockReader(styles, Counters(word, styles), looks, remarks, foreign.chunk, styled)
    drafts = list(reader.blocks(body, Place(Context(looks, looks.page))))
    drafts = with_levels(number_drafts(without_contents(_as_titled(drafts))))
    drafts += [Draft(BlockKind.FURNITURE, t, gap=LINE_GAP) for t in _margins(word, looks)]
    done = fixed(drafts)
    first = next((d.text for d in drafts if d.kind in (BlockKind.TITLE, BlockKind.HEADING)), "")
    title = _stated_title(word)
    yield Parsed(
        done.text,
        done.blocks,
        title=first if title.lower() in _UNNAMED else title,
        notes=_notes(body, drafts, remarks, foreign),
        attachments=tuple(foreign.attachments),
        marks=done.marks,
    )


def _stated_title(word: WordDocument) -> str:
    """The title among the file's properties."""
    for rel in word.part.package.rels.values():
        if not rel.is_external and rel.reltype.endswith("/core-properties"):
            root = root_of(rel.target_part)
            return one_line(root.findtext("{http://purl.org/dc/elements/1.1/}title") or "") if root is not None else ""
    return ""


def _as_titled(drafts: list[Draft]) -> list[Draft]:
    """Without a paragraph in the style Title, a first heading of level 1 before any text is the title."""
    if any(d.kind is BlockKind.TITLE for d in drafts):
        return drafts
    for n, draft in enumerate(drafts):
        if draft.kind is BlockKind.HEADING and draft.level == 1:
            return [*drafts[:n], replace(draft, kind=BlockKind.TITLE, level=0), *drafts[n + 1 :]]
        if draft.kind not in _BESIDE:
            return drafts
    return drafts


_BESIDE = frozenset({BlockKind.FURNITURE, BlockKind.HIDDEN, BlockKind.DELETED, BlockKind.COMMENT})


def _margins(word: WordDocument, looks: Looks) -> list[str]:
    """The texts of page headers and footers, each once."""
    texts: dict[str, None] = {}
    for part in (p for kind in ("header", "footer") for p in parts_of(word.part, kind)):
        root, story = root_of(part), Story()
        for paragraph in root.iter(w("p")) if root is not None else ():
            if text := " ".join(compose(runs_of(paragraph, Context(looks, looks.page), story).pieces).text.split()):
                texts[text] = None
    return list(texts)


def _notes(body: etree._Element, drafts: list[Draft], remarks: Remarks, foreign: _Foreign) -> tuple[str, ...]:
    marks = [m for d in drafts for m in d.marks]
    insertions = sum(m.kind is MarkKind.INSERTION for m in marks)
    deletions = sum(m.kind is MarkKind.DELETION and m.label != STRUCK.label for m in marks)
    notes = []
    if insertions or deletions:
        notes.append(f"tracked changes: {insertions} open insertions, {deletions} deletions")
    if remarks.left:
        notes.append(f"{remarks.left} comments belong to no place in the text and were not read")
    return (*notes, *dict.fromkeys(foreign.notes), *invisible_note("".join(t.text or "" for t in body.iter(w("t")))))
