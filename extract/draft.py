"""A record in the making: which statements carry it and what is known so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.document import Document, DocumentKind, MessageKind
from domain.record import EvidenceRole, RecordKind
from domain.statement import Statement
from extract.authority import EMPLOYEE, Channels, Standing


@dataclass(frozen=True, slots=True)
class Draft:
    """``lead``: the statement whose words the record takes. ``carriers``: every statement that is evidence, with its role, lead included.

    ``speaker``: the statement whose author's standing the record has: the lead, or the grant that answers a request.
    """

    kind: RecordKind
    lead: Statement
    carriers: tuple[tuple[Statement, EvidenceRole], ...]
    speaker: Statement
    confidence: float

    @property
    def key(self) -> tuple[str, int, str]:
        """Orders drafts by place, whatever order they were found in."""
        return self.lead.citation.path, self.lead.citation.span.start, f"{self.kind} {self.lead.id}"


@dataclass(frozen=True, slots=True)
class Papers:
    """The documents that the statements come from, by id, and what each statement counts for.

    ``original``: for the id of a paper that is in store more than once, the id of the copy that counts as the occasion.
    """

    by_id: Mapping[str, Document]
    channels: Channels
    original: Mapping[str, str] = field(default_factory=dict)
    _known: dict[str, Standing] = field(default_factory=dict, compare=False, repr=False)

    def of(self, statement: Statement) -> Document:
        return self.by_id[statement.citation.document_id]

    def standing(self, statement: Statement) -> Standing:
        """The one place that says how far a statement reaches and whether it counts as documented."""
        known = self._known.get(statement.id)
        if known is None:
            if statement.carrier == DocumentKind.CASE:
                known = self.channels.resolved(statement.author)
            else:
                known = self.channels.said(self.of(statement), statement.citation.span)
            self._known[statement.id] = known
        return known

    def formal(self, statement: Statement) -> bool:
        return self.standing(statement).formal

    def insider(self, statement: Statement) -> bool:
        """Whether one of the organisation's own people is proven to say it."""
        return statement.insider and self.standing(statement).tier >= EMPLOYEE

    def copied(self, statement: Statement) -> str | None:
        """The claimed author of a statement that is known only from a copy inside another message; None for any other."""
        message = self.of(statement).message
        return message.sender or message.sender_name if message is not None and message.kind is MessageKind.QUOTED else None

    def occasion(self, statement: Statement) -> str | None:
        """What it was said on, the same for all copies; None where no person said it on that occasion."""
        message = self.of(statement).message
        if message is not None and message.kind in (MessageKind.AUTO_REPLY, MessageKind.NEWSLETTER, MessageKind.BOUNCE, MessageKind.QUOTED):
            return None
        return self.original.get(statement.citation.document_id, statement.citation.document_id)

    def day(self, statement: Statement) -> str | None:
        """The ISO date on which it was said, or from which its paper holds."""
        document = self.of(statement)
        if document.message is not None:
            return document.message.sent_at[:10] if document.message.sent_at else None
        return document.effective or document.issued
