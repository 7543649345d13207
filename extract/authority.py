"""How far a channel can be trusted to set norms, 0 to 4: from the channel and the paper, never from the words."""

from __future__ import annotations

from dataclasses import dataclass

from domain.document import Document

FORMAL, APPROVER, EMPLOYEE, COUNTERPARTY, STRANGER = 4, 3, 2, 1, 0


@dataclass(frozen=True, slots=True)
class Channels:
    """``own_domains``: the organisation's mail domains. ``approvers``: addresses configured as approvers.

    ``known``: domains in correspondence that the organisation's own people have written to.
    """

    own_domains: frozenset[str]
    approvers: frozenset[str]
    known: frozenset[str]

    def authority(self, document: Document) -> tuple[int, str]:
        """The tier and its reason in a few words."""
        message = document.message
        if message is None:
            return _paper(document)
        if message.distrust:
            return STRANGER, f"not trusted: {message.distrust}"
        if message.domain in self.own_domains:
            if message.sender in self.approvers:
                return APPROVER, "configured approver, own domain"
            return EMPLOYEE, "employee, own domain"
        if message.domain in self.known:
            return COUNTERPARTY, "known counterparty"
        return STRANGER, "unknown sender outside the organisation"


def _paper(document: Document) -> tuple[int, str]:
    if document.kind.formal:
        return FORMAL, f"formal document ({document.kind.value})"
    return EMPLOYEE, "informal paper of the organisation"


def known_domains(documents: list[Document], own_domains: frozenset[str]) -> frozenset[str]:
    """Domains that somebody inside has written to."""
    known = set()
    for document in documents:
        if document.message is not None and document.message.domain in own_domains:
            known |= {address.rpartition("@")[2] for address in (*document.message.to, *document.message.cc)}
    return frozenset(known - own_domains)
