"""How far a channel can be trusted to set norms, 0 to 4: from the channel and the paper, never from the words."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from domain.document import Block, BlockKind, Document, MarkKind, Message, MessageKind
from domain.span import Span

FORMAL, APPROVER, EMPLOYEE, COUNTERPARTY, STRANGER = 4, 3, 2, 1, 0
#: Carriers of carriers are followed so far; ingestion nests no deeper.
_DEEPEST = 16


@dataclass(frozen=True, slots=True)
class Standing:
    """``tier``: 0 to 4, ``reason`` in a few words. ``formal``: what is said counts as documented."""

    tier: int
    reason: str
    formal: bool


@dataclass(frozen=True, slots=True)
class Channels:
    """``own_domains``: the organisation's mail domains. ``approvers``: addresses configured as approvers.

    ``known``: domains in correspondence that the organisation's own people have written to. ``by_id``: all documents, carriers among them.
    ``named``: addresses whom formal papers make approvers, with the reason.
    """

    own_domains: frozenset[str]
    approvers: frozenset[str]
    known: frozenset[str]
    by_id: Mapping[str, Document] = field(default_factory=dict)
    named: Mapping[str, str] = field(default_factory=dict)

    def authority(self, document: Document) -> tuple[int, str]:
        """The tier of a document's plain text and its reason."""
        standing = self.of(document)
        return standing.tier, standing.reason

    def of(self, document: Document) -> Standing:
        """What a document's plain text counts for: its own channel's standing, and never more than that of a message which brought it."""
        standing = self._alone(document)
        carrier = self._carrier(document)
        for _ in range(_DEEPEST):
            if carrier is None or carrier.message is None:
                break
            brought = self._alone(carrier)
            if brought.tier < min(standing.tier, EMPLOYEE):
                standing = Standing(brought.tier, f"attachment of a message from {_whom(carrier.message, brought.tier)}", False)
            carrier = self._carrier(carrier)
        return standing

    def resolved(self, who: str) -> Standing:
        """What the person with this key's name counts for who resolved a case here: the key is the channel."""
        if who.casefold() in self.approvers:
            return Standing(APPROVER, f"resolution of a case by {who}, configured approver", False)
        return Standing(EMPLOYEE, f"resolution of a case by {who}, whose key may review", False)

    def said(self, document: Document, span: Span) -> Standing:
        """What one sentence counts for: a reviewer's comment or an insertion that nobody accepted is not the paper's own word."""
        standing = self.of(document)
        if _block(document, span).kind is BlockKind.COMMENT:
            who = comment_author(document, span) or "somebody"
            return _lowered(standing, f"comment in the file by {who}, not authenticated")
        inserted = next((m for m in document.marks if m.kind is MarkKind.INSERTION and m.span.overlaps(span)), None)
        if inserted is not None:
            return _lowered(standing, f"open tracked insertion by {inserted.author or 'somebody'}, not accepted")
        return standing

    def _carrier(self, document: Document) -> Document | None:
        """The message that brought a document; archives in between change nothing."""
        at = self.by_id.get(document.parent or "")
        for _ in range(_DEEPEST):
            if at is None or at.message is not None:
                break
            at = self.by_id.get(at.parent or "")
        return at

    def _alone(self, document: Document) -> Standing:
        message = document.message
        if message is None:
            return _paper(document)
        if message.kind is MessageKind.QUOTED:
            return Standing(STRANGER, "known only from a copy in another message, its author is not proven", False)
        if message.distrust:
            return Standing(STRANGER, f"not trusted: {message.distrust}", False)
        if message.domain in self.own_domains:
            if message.sender in self.approvers:
                return Standing(APPROVER, "configured approver, own domain", False)
            if message.sender in self.named:
                return Standing(APPROVER, self.named[message.sender], False)
            return Standing(EMPLOYEE, "employee, own domain", False)
        if message.domain in self.known:
            return Standing(COUNTERPARTY, "known counterparty", False)
        return Standing(STRANGER, "unknown sender outside the organisation", False)


def _block(document: Document, span: Span) -> Block:
    """The block in which a sentence begins."""
    return document.blocks[max(bisect_right(document.blocks, span.start, key=lambda b: b.span.start) - 1, 0)]


def _lowered(standing: Standing, reason: str) -> Standing:
    return Standing(min(standing.tier, COUNTERPARTY), reason if standing.tier > STRANGER else standing.reason, False)


def _whom(message: Message, tier: int) -> str:
    if message.kind is MessageKind.QUOTED or message.distrust:
        return "a sender who is not trusted"
    return "a known counterparty" if tier == COUNTERPARTY else "an unknown sender"


def _paper(document: Document) -> Standing:
    if document.formal:
        return Standing(FORMAL, f"formal document ({document.kind.value})", True)
    return Standing(EMPLOYEE, "informal paper of the organisation", False)


def comment_author(document: Document, span: Span) -> str:
    """Who the file claims made the comment in which the span lies; "" where it does not say, or the span lies in none."""
    remarks = (m for m in document.marks if m.kind is MarkKind.COMMENT and m.target is not None and m.target.overlaps(span))
    return next((mark.author for mark in remarks if mark.author), "")


def known_domains(documents: Iterable[Document], own_domains: frozenset[str]) -> frozenset[str]:
    """Domains that somebody inside has written to, as messages show that can be trusted and are in store themselves."""
    everything = list(documents)
    by_id = {document.id: document for document in everything}
    strangers = Channels(own_domains, frozenset(), frozenset(), by_id)
    known: set[str] = set()
    for document in everything:
        if document.message is not None and strangers.of(document).tier >= EMPLOYEE:
            known |= {address.rpartition("@")[2] for address in (*document.message.to, *document.message.cc)}
    return frozenset(known - own_domains)
