"""Points each exception at the rule it departs from, or says that it could not tell."""

from __future__ import annotations

from collections.abc import Sequence

from domain.record import Effect, Record, RecordKind
from domain.statement import Modality
from domain.value import ValueKind
from domain.words import content_words, shared_words
from extract.similarity import matrix

#: Below this score no rule is near enough to be the one departed from.
NEAR = 0.42


def overridden(records: Sequence[Record]) -> dict[str, tuple[str, Effect]]:
    """For each exception's id: the id of the rule it bends, and how. Exceptions of exceptions only where no rule is as near."""
    rules = [r for r in records if r.kind is RecordKind.RULE]
    exceptions = [r for r in records if r.kind is RecordKind.EXCEPTION]
    if not rules or not exceptions:
        return {}
    closeness = matrix([e.vector for e in exceptions]) @ matrix([r.vector for r in rules]).T
    words = {r.id: content_words(_text(r)) for r in (*rules, *exceptions)}
    links = {}
    for i, exception in enumerate(exceptions):
        scored = [(_score(exception, rule, float(closeness[i, j]), words), rule) for j, rule in enumerate(rules)]
        best, rule = max(scored, key=lambda pair: (round(pair[0], 6), pair[1].id))
        if best >= NEAR:
            links[exception.id] = (rule.id, effect_of(exception, rule))
    return links


def _text(record: Record) -> str:
    return " ".join([record.statement, *(e.citation.quote for e in record.evidence)])


def _score(exception: Record, rule: Record, cosine: float, words: dict[str, frozenset[str]]) -> float:
    score = cosine + 0.25 * shared_words(words[exception.id], words[rule.id])
    first, second = exception.evidence[0].citation, rule.evidence[0].citation
    if first.document_id == second.document_id:
        distance = abs(first.span.start - second.span.start)
        if rule.evidence[0].citation.span == first.span:
            return score + 1.0  # the exception stands inside the rule's own sentence
        score += 0.15 if distance < 600 and second.span.start < first.span.start else 0.05
    kinds = {v.kind for v in exception.values} & {v.kind for v in rule.values} - {ValueKind.DATE, ValueKind.COUNT}
    score += 0.04 * len(kinds)
    if exception.modality is Modality.PERMISSION and rule.modality is Modality.PERMISSION:
        score -= 0.05  # what permits rarely bends what permits
    return score


def effect_of(exception: Record, rule: Record) -> Effect:
    """lifts, relaxes, tightens or replaces, from the two modalities and their quantities."""
    if exception.modality is Modality.PERMISSION:
        comparable = {v.kind for v in exception.values} & {v.kind for v in rule.values}
        return Effect.RELAXES if comparable else Effect.LIFTS
    if rule.modality is Modality.PERMISSION:
        return Effect.TIGHTENS
    return Effect.REPLACES if exception.modality is rule.modality else Effect.TIGHTENS
