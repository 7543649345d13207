"""Finds what stands around each message in its conversation: a short answer means nothing without what it answers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from domain.document import Document, MessageKind
from extract.windows import Talk, substance_of

#: What a program wrote is no answer, and what only a copy shows may never have been said.
_NO_ANSWER = frozenset({MessageKind.AUTO_REPLY, MessageKind.BOUNCE, MessageKind.NEWSLETTER, MessageKind.QUOTED})


class Talks:
    """The conversations among these documents, by the ids that the messages' headers give; the same whatever the documents' order."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._said: dict[str, Document] = {}
        self._answers: dict[str, Document] = {}
        for document in sorted(documents, key=_when):
            message = document.message
            if message is None or message.kind is MessageKind.QUOTED:
                continue
            if message.message_id:
                self._said.setdefault(message.message_id, document)
            if message.in_reply_to and message.kind not in _NO_ANSWER:
                self._answers.setdefault(message.in_reply_to, document)

    def around(self, document: Document) -> Talk:
        before, after = self._neighbours(document)
        return Talk(substance_of(before) if before else "", substance_of(after) if after else "")

    def key(self, documents: Sequence[Document]) -> str:
        """Tells readings of the same documents in other conversations apart; empty where none of them stands in one."""
        parts = []
        for document in documents:
            before, after = self._neighbours(document)
            if before is not None or after is not None:
                parts.append(f"{document.id} {before.id if before else '-'} {after.id if after else '-'}")
        return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()[:12] if parts else ""

    def _neighbours(self, document: Document) -> tuple[Document | None, Document | None]:
        message = document.message
        if message is None or message.kind is MessageKind.QUOTED:
            return None, None
        before = self._said.get(message.in_reply_to or "")
        after = self._answers.get(message.message_id)
        return (None if before is None or before.id == document.id else before), (
            None if after is None or after.id == document.id else after
        )


def _when(document: Document) -> tuple[str, str]:
    """Earliest first; the id settles what the clock leaves open."""
    return (document.message.sent_at or "" if document.message else ""), document.id


def talks_by_id(documents: Sequence[Document]) -> Mapping[str, Talk]:
    """For each message's document id, what stands around it."""
    talks = Talks(documents)
    return {document.id: talks.around(document) for document in documents if document.message is not None}
