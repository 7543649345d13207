"""Brings statements of one norm together, so that it is one record with several pieces of evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from domain.record import EvidenceRole, RecordKind
from domain.words import content_words, shared_words
from extract.draft import Draft, Papers
from extract.similarity import compatible, matrix

#: Cosine at which two statements of formal documents count as one norm, and at which an informal one repeats a formal one.
SAME_FORMAL, REPEATS, SAME_INFORMAL = 0.92, 0.70, 0.86


def merged(drafts: Sequence[Draft], papers: Papers) -> list[Draft]:
    """Drafts with repetitions folded into the norm they repeat: formal before informal, then by place."""
    ordered = sorted(drafts, key=lambda d: (not papers.formal(d.lead), d.key))
    vectors = matrix([d.lead.vector for d in ordered])
    closeness = vectors @ vectors.T
    words = [content_words(d.lead.text) for d in ordered]
    homes: list[int] = []
    extra: dict[int, list[Draft]] = {}
    for i, draft in enumerate(ordered):
        best, best_score = None, 0.0
        for j in homes:
            score = float(closeness[i, j])
            if score > best_score and _same(draft, ordered[j], score, shared_words(words[i], words[j]), papers):
                best, best_score = j, score
        if best is None:
            homes.append(i)
        else:
            extra.setdefault(best, []).append(draft)
    return [_with(ordered[j], extra.get(j, []), papers) for j in homes]


def _same(draft: Draft, home: Draft, score: float, shared: float, papers: Papers) -> bool:
    first, second = papers.formal(draft.lead), papers.formal(home.lead)
    if draft.lead.id == home.lead.id or not compatible(draft.lead, home.lead):
        return False
    if first and second:
        return draft.kind is home.kind and score >= SAME_FORMAL and draft.lead.citation.document_id != home.lead.citation.document_id
    if first != second:
        # An informal text that says what a formal one says is evidence of the formal norm, whatever it was taken for.
        if RecordKind.HANDOFF in (draft.kind, home.kind) and draft.kind is not home.kind:
            return False
        bar = REPEATS if draft.kind is home.kind else REPEATS + 0.08
        return score + 0.15 * (shared - 0.5) >= bar
    return draft.kind is home.kind and score >= SAME_INFORMAL


def _with(home: Draft, repeats: list[Draft], papers: Papers) -> Draft:
    carriers = list(home.carriers)
    for draft in sorted(repeats, key=lambda d: d.key):
        for statement, role in draft.carriers:
            repeated = EvidenceRole.REPEATS if role is EvidenceRole.STATES else role
            if all(statement.id != known.id for known, _ in carriers):
                carriers.append((statement, repeated))
    confidence = max([home.confidence, *(d.confidence for d in repeats if papers.formal(d.lead) == papers.formal(home.lead))])
    return replace(home, carriers=tuple(carriers), confidence=confidence)
