"""A record in the making: which statements carry it and what is known so far."""

from __future__ import annotations

from dataclasses import dataclass

from domain.document import Document
from domain.record import EvidenceRole, RecordKind
from domain.statement import Statement


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
    """The documents that the statements come from, by id."""

    by_id: dict[str, Document]

    def of(self, statement: Statement) -> Document:
        return self.by_id[statement.citation.document_id]

    def formal(self, statement: Statement) -> bool:
        return self.of(statement).kind.formal

    def day(self, statement: Statement) -> str | None:
        """The ISO date on which it was said, or from which its paper holds."""
        document = self.of(statement)
        if document.message is not None:
            return document.message.sent_at[:10] if document.message.sent_at else None
        return document.effective or document.issued
