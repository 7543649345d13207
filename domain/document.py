"""The text fixed once from a source, and its blocks; the text never changes again."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from domain.errors import Defect
from domain.span import Span


class DocumentKind(StrEnum):
    POLICY = "policy"
    CONTRACT = "contract"
    AMENDMENT = "amendment"
    SOW = "sow"  # a statement of work or order under a contract
    EMAIL = "email"
    NOTES = "notes"  # minutes, handover notes, chat logs
    WIKI = "wiki"
    FAQ = "faq"
    CASE = "case"  # what a person decided on a case that was opened here
    OTHER = "other"

    @property
    def formal(self) -> bool:
        """Whether a norm that this document states counts as documented."""
        return self in (DocumentKind.POLICY, DocumentKind.CONTRACT, DocumentKind.AMENDMENT, DocumentKind.SOW)


class BlockKind(StrEnum):
    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_CELL = "table_cell"
    FURNITURE = "furniture"  # page headers and footers, navigation: kept in the text, never evidence
    FOOTNOTE = "footnote"
    COMMENT = "comment"  # a reviewer's remark on the text: not part of the paper, and its author is not proven
    QUOTED = "quoted"  # lines of a reply that another message's author wrote
    FORWARDED = "forwarded"  # a message passed on, with its header lines
    SIGNATURE = "signature"
    DISCLAIMER = "disclaimer"  # legal small print and mailing-list footers below a message
    DELETED = "deleted"  # struck out by a tracked change: never evidence
    HIDDEN = "hidden"  # in the file but not for a reader's eyes: never evidence


#: What a paper's notes say where it does not hold, whatever it is called.
NOT_IN_FORCE = frozenset({"marked as a draft", "marked as superseded", "a template with blanks to fill in"})

#: Blocks that can be cited. A comment is cited for what it is: the remark of somebody whose name anybody could have typed.
EVIDENCE_BLOCKS = frozenset({BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.TABLE_CELL, BlockKind.FOOTNOTE, BlockKind.COMMENT})
#: Blocks that a reader of the paper does not see as its text.
UNSEEN_BLOCKS = frozenset({BlockKind.HIDDEN, BlockKind.DELETED})

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a document's structure.

    ``level``: heading depth from 1 (0 for other kinds) or list depth. ``number``: the clause or item number as printed ("7.2", "(b)").
    ``page`` counts from 1. ``boxes``: left, bottom, right, top in PDF points, one for each line.
    ``line_spans`` goes with ``boxes``, one for one: which characters each box shows.
    ``column`` and ``row``: the header texts of a table cell.
    """

    kind: BlockKind
    span: Span
    level: int = 0
    number: str | None = None
    page: int | None = None
    boxes: tuple[Box, ...] = ()
    line_spans: tuple[Span, ...] = ()
    column: str | None = None
    row: str | None = None


class MarkKind(StrEnum):
    INSERTION = "insertion"  # a tracked change that nobody has accepted: a proposal
    DELETION = "deletion"  # a tracked change: the span is a DELETED block's
    COMMENT = "comment"  # the span is what was commented on, the target the COMMENT block's
    FOOTNOTE = "footnote"  # the span is the word that the reference follows, the target the FOOTNOTE block's
    TERM = "term"  # a defined term where it is defined, as in (the "Carrier"); ``label`` is the term


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that is said of a stretch of the text. Marks may overlap each other, unlike blocks.

    ``author`` and ``at`` (ISO 8601) are what the file claims of who made a change or remark and when.
    """

    kind: MarkKind
    span: Span
    label: str = ""
    author: str = ""
    at: str | None = None
    target: Span | None = None


class MessageKind(StrEnum):
    PERSONAL = "personal"
    AUTO_REPLY = "auto_reply"
    NEWSLETTER = "newsletter"
    BOUNCE = "bounce"
    INVITE = "invite"
    QUOTED = "quoted"  # known only from a copy inside another message: its author is what that copy says


@dataclass(frozen=True, slots=True)
class Message:
    """The envelope of a mail; addresses are lower case, ``sent_at`` is ISO 8601 with its offset, ids carry no angle brackets."""

    message_id: str
    sender: str
    sender_name: str
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    subject: str = ""
    sent_at: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    #: Several senders, a forged-looking header, an auto-reply ...: why its author cannot be trusted as given; empty where fine.
    distrust: str = ""
    kind: MessageKind = MessageKind.PERSONAL

    @property
    def domain(self) -> str:
        return self.sender.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Document:
    """A canonical text with blocks that are ordered, do not overlap and lie inside it.

    ``ordinal``: the position within its source (the n-th message of an MBOX). ``issued``, ``effective`` and ``signed`` are ISO dates.
    ``parties``: names of organisations that a contract binds, as printed. ``version`` and ``replaces`` as printed ("2.1", "version 2.0 of
    1 March 2024"). ``parent``: the id of the message or archive that carried it; ``member``: its name in there, for display only.
    ``unread_pages``: pages without a text layer, which need OCR. ``marks`` are ordered by their spans.

    Raises:
        Defect: where blocks or marks break these rules.
    """

    id: str
    source_id: str
    path: str
    ordinal: int
    kind: DocumentKind
    title: str
    text: str
    blocks: tuple[Block, ...]
    issued: str | None = None
    effective: str | None = None
    parties: tuple[str, ...] = ()
    message: Message | None = None
    notes: tuple[str, ...] = field(default=())
    signed: str | None = None
    version: str | None = None
    replaces: str | None = None
    parent: str | None = None
    member: str = ""
    unread_pages: tuple[int, ...] = ()
    marks: tuple[Mark, ...] = ()

    def __post_init__(self) -> None:
        at = 0
        for block in self.blocks:
            if block.span.start < at or block.span.end > len(self.text):
                raise Defect(f"blocks of {self.path} overlap, are out of order or leave the text near {block.span}")
            at = block.span.end
        for mark in self.marks:
            if max(mark.span.end, mark.target.end if mark.target else 0) > len(self.text):
                raise Defect(f"a mark of {self.path} leaves the text near {mark.span}")

    @property
    def formal(self) -> bool:
        """Whether a norm stated here counts as documented: a formal paper that does not call itself a draft, superseded or a template."""
        return self.kind.formal and not NOT_IN_FORCE.intersection(self.notes)

    def marked(self, span: Span, kind: MarkKind) -> bool:
        """Whether any mark of the kind overlaps the span."""
        return any(mark.kind is kind and mark.span.overlaps(span) for mark in self.marks)
