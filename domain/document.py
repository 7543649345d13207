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
    EMAIL = "email"
    OTHER = "other"

    @property
    def formal(self) -> bool:
        """Whether a norm that this document states counts as documented."""
        return self in (DocumentKind.POLICY, DocumentKind.CONTRACT, DocumentKind.AMENDMENT)


class BlockKind(StrEnum):
    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_CELL = "table_cell"
    FURNITURE = "furniture"  # page headers and footers, navigation: kept in the text, never evidence
    QUOTED = "quoted"  # lines of a reply that another message's author wrote
    SIGNATURE = "signature"
    HIDDEN = "hidden"  # in the file but not for a reader's eyes: never evidence


#: Blocks whose words the document's own author addresses to its reader.
EVIDENCE_BLOCKS = frozenset({BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.TABLE_CELL})

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

    @property
    def domain(self) -> str:
        return self.sender.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Document:
    """A canonical text with blocks that are ordered, do not overlap and lie inside it.

    ``ordinal``: the position within its source (the n-th message of an MBOX). ``issued`` and ``effective`` are ISO dates.
    ``parties``: names of organisations that a contract binds, as printed.

    Raises:
        Defect: where the blocks break these rules.
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

    def __post_init__(self) -> None:
        at = 0
        for block in self.blocks:
            if block.span.start < at or block.span.end > len(self.text):
                raise Defect(f"blocks of {self.path} overlap, are out of order or leave the text near {block.span}")
            at = block.span.end
