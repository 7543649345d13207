"""A span of a document with its place: what gets indexed, shown and cited around a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from domain.document import BlockKind, Box
from domain.span import Span


@dataclass(frozen=True, slots=True)
class Place:
    """Where a span stands. ``heading_path``: the headings above it, outermost first. ``clause``: its full number ("7.2(b)", or
    "Schedule 2, 1.3" where numbers begin again). ``member``: the name of the attachment, or the path in the archive, that it stands in.
    """

    heading_path: tuple[str, ...] = ()
    clause: str | None = None
    page: int | None = None
    boxes: tuple[Box, ...] = ()
    message_id: str | None = None
    sender: str | None = None
    sent_at: str | None = None
    subject: str | None = None
    member: str = ""

    def shown(self) -> str:
        """One line for a reader, such as ``1.1 Purchase orders, p. 1`` or ``Dana Whitcombe, 2026-01-14, Re: Kestrel``."""
        if self.message_id is not None:
            return self._in_member(", ".join(p for p in (self.sender, (self.sent_at or "")[:10], self.subject) if p))
        head = self.heading_path[-1] if self.heading_path else ""
        if self.clause and not head.startswith(self.clause):
            head = f"{self.clause} {head}".strip()
        return self._in_member(", ".join(p for p in (head, f"p. {self.page}" if self.page else "") if p))

    def _in_member(self, place: str) -> str:
        """``1.2 Prices, p. 3 in offer.pdf``."""
        return f"{place} in {self.member}".strip() if self.member else place


@dataclass(frozen=True, slots=True)
class Passage:
    """``text == document.text[span.start:span.end]``.

    ``lead_in``: the text that a list item completes ("The Supplier shall:"), or the headers of a table cell; not part of the span.
    """

    id: str
    document_id: str
    span: Span
    text: str
    kind: BlockKind
    place: Place
    lead_in: str = ""
