"""What a later paper replaces: an amendment's clause takes the place of the contract's on the same matter from its effective date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.document import Document, DocumentKind
from domain.record import Record, RecordKind
from domain.words import content_words, shared_words
from extract.similarity import matrix

#: Cosine plus shared words from which two clauses speak of one matter.
SAME_MATTER = 1.0


def succeeded(records: Sequence[Record], documents: Mapping[str, Document]) -> list[Record]:
    """The records, with ``superseded_by`` and its day on those that an amendment of the same contract replaces."""
    result = {r.id: r for r in records}
    amending = [r for r in records if _document(r, documents).kind is DocumentKind.AMENDMENT and r.kind is not RecordKind.HANDOFF]
    amended = [r for r in records if _document(r, documents).kind is DocumentKind.CONTRACT and r.kind is not RecordKind.HANDOFF]
    if not amending or not amended:
        return list(records)
    closeness = matrix([r.vector for r in amending]) @ matrix([r.vector for r in amended]).T
    for i, new in enumerate(amending):
        paper = _document(new, documents)
        scored = []
        for j, old in enumerate(amended):
            if _same_contract(paper, _document(old, documents)) and _differs(new, old):
                likeness = float(closeness[i, j]) + 0.5 * shared_words(content_words(new.statement), content_words(old.statement))
                scored.append((round(likeness, 6), old.id))
        if scored and max(scored)[0] >= SAME_MATTER:
            old = result[max(scored)[1]]
            result[old.id] = replace(old, superseded_by=new.id, superseded_on=new.valid_from or paper.effective or paper.issued)
    return [result[r.id] for r in records]


def _document(record: Record, documents: Mapping[str, Document]) -> Document:
    return documents[record.evidence[0].citation.document_id]


def _same_contract(amendment: Document, contract: Document) -> bool:
    """They name a party in common, or the amendment's title and path name the contract's."""
    if {p.lower() for p in amendment.parties} & {p.lower() for p in contract.parties}:
        return True
    return len(content_words(amendment.title) & content_words(contract.title)) >= 2


def _differs(new: Record, old: Record) -> bool:
    return {(v.kind, v.value) for v in new.values} != {(v.kind, v.value) for v in old.values} or new.modality is not old.modality
