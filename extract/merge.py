"""Brings statements of one norm together, so that it is one record with several pieces of evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.record import EvidenceRole, RecordKind
from domain.words import content_words, shared_words
from extract.authority import EMPLOYEE
from extract.draft import Draft, Papers
from extract.similarity import compatible, cosines, matrix, topics

#: Cosine at which two statements of formal documents count as one norm, and at which an informal one repeats a formal one.
SAME_FORMAL, REPEATS, SAME_INFORMAL = 0.92, 0.70, 0.86


@dataclass(frozen=True, slots=True)
class Bars:
    """Cosine of two statements' topics at which they count as one norm though their words differ; by who states it."""

    formal: float = 0.82
    mixed: float = 0.67
    informal: float = 0.7


ABOUT = Bars()
#: How far shared words can lower the bar for repeating, from half of them to all.
WORDS = 0.15


@dataclass(frozen=True, slots=True)
class _Voice:
    """What of a draft decides with which others it may be one norm. ``copied``: the claimed author where only a copy shows it."""

    draft: Draft
    formal: bool
    copied: str | None
    words: frozenset[str]


def merged(drafts: Sequence[Draft], papers: Papers) -> list[Draft]:
    """Drafts with repetitions folded into the norm they repeat: formal before informal, insiders' before others', then by place."""
    import numpy as np

    ordered = sorted(drafts, key=lambda d: (not papers.formal(d.lead), papers.standing(d.speaker).tier < EMPLOYEE, d.key))
    voices = [_Voice(d, papers.formal(d.lead), papers.copied(d.lead), content_words(d.lead.text)) for d in ordered]
    formal = np.asarray([voice.formal for voice in voices], np.bool_)
    home = np.zeros(len(ordered), np.bool_)
    extra: dict[int, list[Draft]] = {}
    vectors, about = matrix([d.lead.vector for d in ordered]), topics([d.lead for d in ordered])
    for i, (scores, on) in enumerate(zip(cosines(vectors, vectors), cosines(about, about), strict=True)):
        bars = np.where(formal[:i] != formal[i], REPEATS - WORDS / 2, SAME_FORMAL if formal[i] else SAME_INFORMAL)
        near = np.flatnonzero(home[:i] & (scores[:i] >= bars - 1e-6))
        nearest = near[np.argsort(-scores[near], kind="stable")]
        best = next((int(j) for j in nearest if _same(voices[i], voices[j], float(scores[j]))), None)
        if best is None:
            bar = np.where(formal[:i] != formal[i], ABOUT.mixed, ABOUT.formal if formal[i] else ABOUT.informal)
            near = np.flatnonzero(home[:i] & (on[:i] >= bar))
            best = next((int(j) for j in near[np.argsort(-on[near], kind="stable")] if _on_one(voices[i], voices[j])), None)
        if best is None:
            home[i] = True
        else:
            extra.setdefault(best, []).append(ordered[i])
    return [_with(ordered[j], extra.get(int(j), []), papers) for j in np.flatnonzero(home)]


def _same(one: _Voice, home: _Voice, score: float) -> bool:
    first, second = one.draft, home.draft
    if one.copied != home.copied or first.lead.id == second.lead.id or not compatible(first.lead, second.lead):
        return False
    if one.formal and home.formal:
        return first.kind is second.kind and score >= SAME_FORMAL and first.lead.citation.document_id != second.lead.citation.document_id
    if one.formal != home.formal:
        # An informal text that says what a formal one says is evidence of the formal norm, whatever it was taken for.
        if RecordKind.HANDOFF in (first.kind, second.kind) and first.kind is not second.kind:
            return False
        bar = REPEATS if first.kind is second.kind else REPEATS + 0.08
        return score + WORDS * (shared_words(one.words, home.words) - 0.5) >= bar
    return first.kind is second.kind and score >= SAME_INFORMAL


def _on_one(one: _Voice, home: _Voice) -> bool:
    """Whether two drafts with one topic can be one norm: of one kind, from two documents, and nothing against it."""
    first, second = one.draft, home.draft
    return (
        one.copied == home.copied
        and first.kind is second.kind
        and first.lead.citation.document_id != second.lead.citation.document_id
        and compatible(first.lead, second.lead)
    )


def _with(home: Draft, repeats: list[Draft], papers: Papers) -> Draft:
    carriers = list(home.carriers)
    known = {statement.id for statement, _ in carriers}
    for draft in sorted(repeats, key=lambda d: d.key):
        for statement, role in draft.carriers:
            if statement.id not in known:
                known.add(statement.id)
                carriers.append((statement, EvidenceRole.REPEATS if role is EvidenceRole.STATES else role))
    confidence = max([home.confidence, *(d.confidence for d in repeats if papers.formal(d.lead) == papers.formal(home.lead))])
    return replace(home, carriers=tuple(carriers), confidence=confidence)
