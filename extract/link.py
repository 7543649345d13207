"""Points each exception at the rule it departs from, or says that it could not tell."""

from __future__ import annotations

from collections.abc import Sequence

from domain.record import Effect, Record, RecordKind
from domain.statement import Modality
from extract.bearings import FEATURES, Around, Shelf, Told, features

#: What each feature of extract.bearings is worth; printed by training/fit_links.py on companies held out from training.
WEIGHTS = {
    "topic": 2.6,
    "vector": 1.6,
    "carrier": 3.0,
    "carriers": 2.7,
    "message": 0.8,
    "thread": 1.5,
    "told": 0.95,
    "shared": 2.2,
    "kinds": 0.75,
    "both_permit": -0.7,
    "formal": 1.0,
    "party": 0.9,
    "same_document": -0.2,
    "just_before": 0.5,
    "after": -0.4,
    "distance": 1.0,
    "same_heading": 0.7,
}
#: Below this score no rule is near enough to be the one departed from.
ENOUGH = 3.0
#: So many exceptions are scored at a time.
AT_ONCE = 128


def overridden(told: Sequence[Told], around: Around) -> dict[str, tuple[str, Effect]]:
    """By exception: the id of the rule that it bends, and how; none where no rule is near."""
    rules = sorted((r for r, _ in told if r.kind is RecordKind.RULE), key=lambda r: r.id)
    exceptions = sorted((pair for pair in told if pair[0].kind is RecordKind.EXCEPTION), key=lambda pair: pair[0].id)
    if not rules:
        return {}
    shelf, links = Shelf.of(rules, around), {}
    for start in range(0, len(exceptions), AT_ONCE):
        some = exceptions[start : start + AT_ONCE]
        seen = features(some, shelf, around)
        scores = sum(WEIGHTS[name] * seen[name] for name in FEATURES)
        for (exception, _), row in zip(some, scores.round(4), strict=True):
            at = _within(exception, rules)
            best = int(row.argmax()) if at is None else at
            if at is not None or row[best] >= ENOUGH:
                links[exception.id] = (rules[best].id, effect_of(exception, rules[best]))
    return links


def _within(exception: Record, rules: Sequence[Record]) -> int | None:
    """The rule in whose own sentence the exception stands."""
    citation = exception.evidence[0].citation
    mine = citation.document_id, citation.span
    return next((j for j, r in enumerate(rules) if (r.evidence[0].citation.document_id, r.evidence[0].citation.span) == mine), None)


def effect_of(exception: Record, rule: Record) -> Effect:
    """lifts, relaxes, tightens or replaces, from the two modalities and their quantities."""
    if exception.modality is Modality.PERMISSION:
        comparable = {v.kind for v in exception.values} & {v.kind for v in rule.values}
        return Effect.RELAXES if comparable else Effect.LIFTS
    if rule.modality is Modality.PERMISSION:
        return Effect.TIGHTENS
    return Effect.REPLACES if exception.modality is rule.modality else Effect.TIGHTENS
