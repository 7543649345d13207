"""What a later paper replaces: an amendment's clause takes the place of the contract's on the same matter from its effective date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.document import Document, DocumentKind
from domain.record import Record, RecordKind
from domain.words import content_words, shared_words
from extract.authority import FORMAL
from extract.similarity import cosines, matrix

#: Cosine plus shared words from which two clauses speak of one matter.
SAME_MATTER = 1.0


def succeeded(records: Sequence[Record], documents: Mapping[str, Document]) -> list[Record]:
    """The records, with ``superseded_by`` and its day on those that an amendment of the same contract replaces."""
    result = {r.id: r for r in records}
    # A paper that carries no weight (a stranger's attachment, a comment, an open insertion) replaces nothing.
    binding = [r for r in records if r.authority == FORMAL and r.kind is not RecordKind.HANDOFF]
    amending = [r for r in binding if _document(r, documents).kind is DocumentKind.AMENDMENT]
    amended = [r for r in binding if _document(r, documents).kind is DocumentKind.CONTRACT]
    if not amending or not amended:
        return list(records)
    vectors = matrix([r.vector for r in amended])
    words = [content_words(r.statement) for r in amended]
    clauses: dict[str, list[int]] = {}
    for j, old in enumerate(amended):
        clauses.setdefault(_document(old, documents).id, []).append(j)
    for new, closeness in zip(amending, cosines(matrix([r.vector for r in amending]), vectors), strict=True):
        paper, mine = _document(new, documents), content_words(new.statement)
        scored = []
        for contract in [c for c in clauses if _same_contract(paper, documents[c])]:
            for j in [j for j in clauses[contract] if _differs(new, amended[j])]:
                scored.append((round(float(closeness[j]) + 0.5 * shared_words(mine, words[j]), 6), amended[j].id))
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
