"""Which records and which parts of them may be seen where some sources may not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from domain.document import Document
from domain.record import Documentation, Evidence, EvidenceRole, Record, Recurrence, StoredRecord
from domain.words import content_words

#: Evidence from which a record's own words and terms come; the rest only shows it again.
CARRYING = frozenset({EvidenceRole.STATES, EvidenceRole.REQUESTS, EvidenceRole.GRANTS})


class Vocabulary:
    """Tells which words are known from hidden documents only; by stems, and each looked for once."""

    def __init__(self, hidden: Iterable[Document], readable: Collection[Document]) -> None:
        self._unknown = {word for document in hidden for word in _words(_text_of(document))}
        self._readable = readable
        self._secret: set[str] = set()
        self._found: set[str] = set()
        self._absent: set[str] = set()

    def betrayed(self, words: Collection[str]) -> bool:
        """Whether any of them stands in hidden documents and in none that may be read."""
        if left := self._unknown.intersection(words):
            for document in self._readable:
                text = _text_of(document)
                lower = text.lower()
                if any(stem in lower for stem in left):  # a stem is the beginning of its word, and most are in the first documents
                    found = left & _words(text)
                    left, self._unknown = left - found, self._unknown - found
                if not left:
                    break
            self._secret |= left
            self._unknown -= left
        return not self._secret.isdisjoint(words)

    def known(self, words: Collection[str]) -> bool:
        """Whether each of them stands in a document that may be read."""
        if left := set(words) - self._found - self._absent:
            for document in self._readable:
                found = left & _words(_text_of(document))
                self._found |= found
                left -= found
                if not left:
                    break
            self._absent |= left
        return self._absent.isdisjoint(words)


@dataclass(frozen=True, slots=True)
class Sight:
    """``hidden``: paths that may not be read. ``ids``: of the records that may be seen. ``documents``: those that may be read, by id."""

    hidden: Collection[str]
    vocabulary: Vocabulary
    ids: Collection[str]
    documents: Mapping[str, Document]

    def shown(self, stored: StoredRecord, *, past: bool = False) -> StoredRecord | None:
        """A version of a record as it may be seen, with links to nothing that may not; None where it may not be seen at all.

        ``past``: it is not the present one, and may have words of hidden files that have changed or gone since.
        """
        if not self._suffices(stored) or ((past or stored.orphaned) and not self._still_known(stored)):
            return None
        record = stored.record
        known = self.ids
        links = replace(
            record,
            evidence=tuple(it for it in record.evidence if self._reads(it)),
            nearest=tuple(
                near if near.record_id in known else replace(near, record_id=None)
                for near in record.nearest
                if near.path not in self.hidden
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
        return not self.vocabulary.betrayed(content_words(words_of_record(record)))

    def _still_known(self, stored: StoredRecord) -> bool:
        quoted = {word for it in stored.record.evidence if self._reads(it) for word in content_words(it.citation.quote)}
        return self.vocabulary.known(content_words(words_of_record(stored.record)) - quoted)

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


def words_of_record(record: Record) -> str:
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
