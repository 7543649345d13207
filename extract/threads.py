"""Which messages answer which, from Message-ID, In-Reply-To and References (after J. Zawinski's threading)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from domain.document import Document


def threads_of(documents: Iterable[Document]) -> dict[str, tuple[str, int]]:
    """For each mail's document id: the id of its thread's root message and its position by time in the thread.

    Messages that are not in store still tie those that refer to them together. A reference that would close a loop is ignored.
    """
    mails = [d for d in documents if d.message is not None]
    parent: dict[str, str] = {}
    for document in sorted(mails, key=lambda d: (d.path, d.ordinal)):
        message = document.message
        assert message is not None
        chain = [*message.references, *([message.in_reply_to] if message.in_reply_to else []), message.message_id]
        for older, newer in pairwise(chain):
            if older != newer and newer not in parent and _root(parent, older) != newer:
                parent[newer] = older
    grouped: dict[str, list[Document]] = {}
    for document in mails:
        if document.message is not None:
            grouped.setdefault(_root(parent, document.message.message_id), []).append(document)
    placed = {}
    for root, members in grouped.items():
        for position, document in enumerate(sorted(members, key=lambda d: (_when(d), d.path, d.ordinal))):
            placed[document.id] = (root, position)
    return placed


def _when(document: Document) -> str:
    """Sent time in a form that sorts across offsets."""
    from datetime import UTC, datetime

    sent = document.message.sent_at if document.message else None
    if not sent:
        return ""
    moment = datetime.fromisoformat(sent)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


def _root(parent: dict[str, str], message_id: str) -> str:
    while message_id in parent:
        message_id = parent[message_id]
    return message_id
