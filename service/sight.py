"""What one set of labels lets see of a workspace: from the whole snapshot to a caller's, in one place that every door goes through."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from domain.access import Caller
from domain.document import Document
from domain.record import Documentation, Evidence, EvidenceRole, Record, Recurrence, StoredRecord
from domain.words import content_words
from service.snapshot import Snapshot

#: Evidence from which a record's own words and terms come; the rest only shows it again.
CARRYING = frozenset({EvidenceRole.STATES, EvidenceRole.REQUESTS, EvidenceRole.GRANTS})
#: Sets of labels of which the view is kept, for each workspace.
KEPT = 32


@dataclass(frozen=True, slots=True)
class Sight:
    """``hidden``: paths that may not be read. ``secret``: stems of words that only documents at these paths hold.

    ``ids``: of the records that may be seen. ``documents``: those that may be read, by id.
    """

    hidden: Collection[str]
    secret: frozenset[str]
    ids: Collection[str]
    documents: Mapping[str, Document]

    def shown(self, stored: StoredRecord) -> StoredRecord | None:
        """A version of a record as it may be seen, with links to nothing that may not; None where it may not be seen at all."""
        if not self._suffices(stored):
            return None
        record = stored.record
        known = self.ids
        links = replace(
            record,
            evidence=tuple(it for it in record.evidence if self._reads(it)),
            nearest=tuple(
                near if near.record_id in known else replace(near, record_id=None) for near in record.nearest if near.path not in self.hidden
            ),
            overrides=record.overrides if record.overrides in known else None,
            effect=record.effect if record.overrides in known or record.overrides is None else None,
            superseded_by=record.superseded_by if record.superseded_by in known else None,
            superseded_on=record.superseded_on if record.superseded_by in known else None,
            rivals=tuple(rival for rival in record.rivals if rival in known),
        )
        if len(links.evidence) < len(record.evidence):
            links = replace(links, occasions=_occasions(links), last_seen=_last_seen(links))
        return stored if links == record else replace(stored, record=links)

    def _reads(self, evidence: Evidence) -> bool:
        return evidence.citation.path not in self.hidden

    def _suffices(self, stored: StoredRecord) -> bool:
        """Whether what may be read carries the record by itself, and none of its words comes from what may not."""
        record = stored.record
        readable = [it for it in record.evidence if self._reads(it)]
        if len(readable) < len(record.evidence) and not self._carries(stored, readable):
            return False
        return not self.secret or not self.secret & content_words(_words_of_record(record))

    def _carries(self, stored: StoredRecord, readable: list[Evidence]) -> bool:
        """Of a record with evidence that may not be read: whether everything that its fields say is in the rest."""
        record = stored.record
        carrying = [it for it in record.evidence if it.role in CARRYING] or list(record.evidence)
        if not all(map(self._reads, carrying)) or set(stored.pinned) - {"status"}:
            return False
        papers = [self.documents[it.citation.document_id] for it in readable if it.citation.document_id in self.documents]
        if record.documentation is Documentation.DOCUMENTED and not any(paper.formal for paper in papers):
            return False
        said = _plain(" ".join([record.statement, *(it.citation.quote for it in readable)]))
        texts = [value.text for value in record.values] + [it.text for it in record.conditions if not it.inferred]
        days = {day for paper in papers for day in (paper.issued, paper.effective, paper.signed) if day}
        dates = [day for day in (record.valid_from, record.valid_to) if day and record.recurrence is not Recurrence.ONE_OFF]
        return all(_plain(text) in said for text in texts) and all(day in days or day[:4] in said for day in dates)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _occasions(record: Record) -> int:
    places = {it.citation.place.message_id or it.citation.document_id for it in record.evidence}
    return min(record.occasions, len(places))


def _last_seen(record: Record) -> str | None:
    return max((it.citation.place.sent_at[:10] for it in record.evidence if it.citation.place.sent_at), default=None)


def _words_of_record(record: Record) -> str:
    """Everything that a record says in words, its quotes aside."""
    named = [record.statement, record.subject, record.action, record.handler, record.re_entry, record.sender, record.receiver]
    listed = [it.value for it in record.scope] + [it.text for it in record.conditions] + [it.text for it in record.values]
    tested = [f"{it.test.fact} {it.test.value}".replace("_", " ") for it in record.conditions if it.test]
    fields = [record.artifact, record.channel, record.authority_reason, *(field.name for field in record.fields)]
    return " ".join(part for part in (*named, *listed, *tested, *fields) if part)


def _text_of(document: Document) -> str:
    """Everything that a document's reader is shown of it."""
    message = document.message
    envelope = [message.sender, message.sender_name, *message.to, *message.cc, message.subject] if message else []
    return " ".join([document.path, document.title, document.member, *document.parties, *envelope, document.text])


def _words(text: str) -> frozenset[str]:
    return content_words.__wrapped__(text)  # whole documents are not to be kept as keys of its cache


def _secret(hidden: Iterable[Document], readable: Iterable[Document], records: Iterable[StoredRecord]) -> frozenset[str]:
    """Of the words that records use, the stems that only the hidden documents hold."""
    used: set[str] = set()
    for stored in records:
        used |= content_words(_words_of_record(stored.record))
    left = used & {word for document in hidden for word in _words(_text_of(document))}
    for document in readable:
        if not left:
            break
        text = _text_of(document)
        lower = text.lower()
        if any(stem in lower for stem in left):  # a stem is the beginning of its word, and most are in the first documents
            left -= _words(text)
    return frozenset(left)


def narrowed(full: Snapshot, labels: frozenset[str]) -> Snapshot:
    """What those who may read these labels see of it; the very same snapshot where that is everything."""
    hidden = frozenset(path for path, needed in full.labels.items() if not needed <= labels)
    if not hidden:
        return full
    documents = {key: document for key, document in full.documents.items() if document.path not in hidden}
    papers = [document for document in full.documents.values() if document.path in hidden]
    sight = Sight(hidden, _secret(papers, documents.values(), full.records.values()), full.records.keys(), documents)
    ids = {key for key, stored in full.records.items() if sight.shown(stored) is not None}
    sight = replace(sight, ids=ids)
    records = {key: shown for key in full.records if key in ids and (shown := sight.shown(full.records[key])) is not None}
    formal = sum(stored.record.documentation is Documentation.DOCUMENTED for stored in records.values())
    return replace(full, records=records, formal=formal, documents=documents, labels={}, sight=sight)


class Sights:
    """The views of the last snapshot of each workspace, by the labels they are for."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Snapshot, dict[frozenset[str], Snapshot]]] = {}
        self._lock = threading.Lock()

    def of(self, full: Snapshot, caller: Caller) -> Snapshot:
        if caller.labels is None or not full.labels:
            return full
        with self._lock:
            whole, views = self._kept.get(caller.workspace, (None, {}))
            if whole is not full:
                views = {}
                self._kept[caller.workspace] = full, views
            view = views.get(caller.labels)
            if view is None:
                if len(views) >= KEPT:
                    views.clear()
                view = views[caller.labels] = narrowed(full, caller.labels)
            return view

    def forget(self, workspace: str) -> None:
        """What was removed must not live on in memory until somebody asks."""
        with self._lock:
            self._kept.pop(workspace, None)
