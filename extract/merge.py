"""Brings statements of one norm together, so that it is one record with several pieces of evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from domain.document import DocumentKind
from domain.record import EvidenceRole, RecordKind
from domain.statement import Statement
from domain.words import content_words, shared_words
from extract.authority import EMPLOYEE
from extract.draft import Draft, Papers
from extract.nearness import Pairs
from extract.similarity import compatible, embeddings, topics

#: Cosine at which two statements of formal documents count as one norm, and at which an informal one repeats a formal one.
SAME_FORMAL, REPEATS, SAME_INFORMAL = 0.92, 0.70, 0.86


@dataclass(frozen=True, slots=True)
class Bars:
    """Cosine of two statements' topics at which they count as one norm though their words differ; by who states it."""

    formal: float = 0.82
    mixed: float = 0.67
    informal: float = 0.7

    def between(self, one: _Voice, other: _Voice) -> float:
        return self.mixed if one.formal != other.formal else self.formal if one.formal else self.informal


ABOUT = Bars()
#: How far shared words can lower the bar for repeating, from half of them to all.
WORDS = 0.15
#: The same by their embeddings, as low as shared words can make it. A cosine so little below a bar is on it.
SAID = Bars(SAME_FORMAL, REPEATS - WORDS / 2, SAME_INFORMAL)
EDGE = 1e-6
#: Topics that are less alike are never about one matter, whoever asks (extract/conflicts.py).
APART = 0.45


@dataclass(frozen=True, slots=True)
class _Voice:
    """What of a draft decides with which others it may be one norm. ``copied``: the claimed author where only a copy shows it."""

    draft: Draft
    formal: bool
    copied: str | None
    words: frozenset[str]


class Likeness:
    """Which statements are near each other by their words and by their topics, kept from one time to the next."""

    def __init__(self) -> None:
        self.words: Pairs[Statement] = Pairs(embeddings, SAID.mixed - EDGE)
        self.topics: Pairs[Statement] = Pairs(topics, APART)


def merged(drafts: Sequence[Draft], papers: Papers, likeness: Likeness | None = None) -> list[Draft]:
    """Drafts with repetitions folded into the norm they repeat: formal before informal, insiders' before others', then by place."""
    likeness = likeness or Likeness()
    ordered = sorted(drafts, key=lambda d: (not papers.formal(d.lead), papers.standing(d.speaker).tier < EMPLOYEE, d.key))
    voices = [_Voice(d, papers.formal(d.lead), papers.copied(d.lead), content_words(d.lead.text)) for d in ordered]
    leads = list({id(d.lead): d.lead for d in ordered}.values())
    led: dict[int, list[int]] = {}
    for i, draft in enumerate(ordered):
        led.setdefault(id(draft.lead), []).append(i)
    by_words, by_topics = (
        {id(s): near for s, near in zip(leads, pairs.among(leads), strict=True)} for pairs in (likeness.words, likeness.topics)
    )
    homes: set[int] = set()
    extra: dict[int, list[Draft]] = {}

    def nearest(voice: _Voice, near: Mapping[int, float], bars: Bars) -> list[tuple[float, int]]:
        """The homes so far that are near enough, the nearest first."""
        found = ((cosine, j) for k, cosine in near.items() for j in homes.intersection(led[id(leads[k])]))
        enough = ((cosine, j) for cosine, j in found if cosine >= bars.between(voice, voices[j]) - EDGE)
        return sorted(enough, key=lambda pair: (-pair[0], pair[1]))

    for i, voice in enumerate(voices):
        mine = id(voice.draft.lead)
        best = next((j for cosine, j in nearest(voice, by_words[mine], SAID) if _same(voice, voices[j], cosine)), None)
        if best is None:
            best = next((j for _, j in nearest(voice, by_topics[mine], ABOUT) if _on_one(voice, voices[j])), None)
        if best is None:
            homes.add(i)
        else:
            extra.setdefault(best, []).append(ordered[i])
    return [_with(ordered[j], extra.get(j, []), papers) for j in sorted(homes)]


def _same(one: _Voice, home: _Voice, score: float) -> bool:
    first, second = one.draft, home.draft
    if _apart(one, home) or first.lead.id == second.lead.id or not compatible(first.lead, second.lead):
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
        not _apart(one, home)
        and first.kind is second.kind
        and first.lead.citation.document_id != second.lead.citation.document_id
        and compatible(first.lead, second.lead)
    )


def _apart(one: _Voice, home: _Voice) -> bool:
    """Whether they are two whatever they say: by who is claimed to say it, or since one is what a person decided on a case."""
    return one.copied != home.copied or DocumentKind.CASE in (one.draft.lead.carrier, home.draft.lead.carrier)


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
