"""Points each exception at the rule it departs from, or at the exception that it takes back in part, or says that it could not tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from domain.record import Effect, Record, RecordKind
from domain.statement import Modality, Statement
from extract.bearings import FEATURES, Around, Bending, Beside, Shelf, Told, features
from extract.nearness import Foremost
from extract.nested import bent_back

if TYPE_CHECKING:
    from extract.similarity import Floats

#: What each feature of extract.bearings is worth; printed by training/fit_links.py on companies held out from training.
WEIGHTS = {
    "topic": 3.14,
    "vector": 1.75,
    "carrier": 3.43,
    "carriers": 3.39,
    "message": 0.85,
    "thread": 1.73,
    "told": 2.21,
    "shared": 2.24,
    "kinds": 0.66,
    "both_permit": -1.29,
    "formal": 0.36,
    "party": 1.27,
    "same_document": -0.75,
    "just_before": 0.9,
    "after": -1.15,
    "distance": 0.82,
    "same_heading": 1.0,
}
#: Below this score no rule is near enough to be the one departed from.
ENOUGH = 4.0
#: So many exceptions are scored at a time.
AT_ONCE = 128

Seen = tuple[tuple[Statement, ...], Beside]


class Links:
    """Which rule is nearest to each exception, kept from one time to the next."""

    def __init__(self) -> None:
        self._around: Around | None = None
        self._best: Foremost[Bending, Record] = Foremost(self._scores, 1, lambda rule: rule.id)
        self._bending: dict[str, tuple[Record, Seen, Bending]] = {}

    def overridden(self, told: Sequence[Told], around: Around) -> dict[str, tuple[Record, Effect]]:
        """By exception: the rule, or the other exception, that it bends, and how; none where no rule is near."""
        rules = sorted((r for r, _ in told if r.kind is RecordKind.RULE), key=lambda r: r.id)
        self._around = around
        self._bending = {r.id: self._seen((r, draft), around) for r, draft in told if r.kind is RecordKind.EXCEPTION}
        back = bent_back((record, draft.lead) for record, draft in told)
        within = {(r.evidence[0].citation.document_id, r.evidence[0].citation.span): r for r in reversed(rules)}
        asking = [bending for *_, bending in self._bending.values()]
        links = {}
        for bending, best in zip(asking, self._best.among(asking, rules), strict=True):
            exception, citation = bending.record, bending.record.evidence[0].citation
            # The exception that the sentence takes back in part, or else the rule inside whose own sentence the exception stands.
            rule = back.get(exception.id) or within.get((citation.document_id, citation.span))
            if rule is None and best and best[0][1] >= ENOUGH:
                rule = best[0][0]
            if rule is not None:
                links[exception.id] = rule, effect_of(exception, rule)
        return links

    def _seen(self, told: Told, around: Around) -> tuple[Record, Seen, Bending]:
        """The exception as it was seen before, where it, its evidence and all that is said around it are the same."""
        record, draft = told
        beside, before = around.beside(draft), self._bending.get(record.id)
        seen = tuple(s for s, _ in draft.carriers), beside
        if before is not None and before[0] is record and before[1] == seen:
            return before
        return record, seen, Bending.of(record, draft, beside)

    def _scores(self, exceptions: Sequence[Bending], rules: Sequence[Record]) -> Iterator[Floats]:
        import numpy as np

        assert self._around is not None
        shelf = Shelf.of(rules, self._around)
        for start in range(0, len(exceptions), AT_ONCE):
            seen = features(exceptions[start : start + AT_ONCE], shelf)
            total = np.zeros_like(seen["topic"])
            for name in FEATURES:
                total += np.float32(WEIGHTS[name]) * seen[name]
            yield from total.round(3)


def effect_of(exception: Record, rule: Record) -> Effect:
    """lifts, relaxes, tightens or replaces, from the two modalities and their quantities."""
    if exception.modality is Modality.PERMISSION:
        comparable = {v.kind for v in exception.values} & {v.kind for v in rule.values}
        return Effect.RELAXES if comparable else Effect.LIFTS
    if rule.modality is Modality.PERMISSION:
        return Effect.TIGHTENS
    return Effect.REPLACES if exception.modality is rule.modality else Effect.TIGHTENS
