"""Points each exception at the rule it departs from, or says that it could not tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.record import Effect, Record, RecordKind
from domain.statement import Modality
from domain.value import ValueKind
from domain.words import content_words, shared_words
from extract.similarity import cosines, topics

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from extract.similarity import Floats

    Places = NDArray[np.int64]

#: Below this score no rule is near enough to be the one departed from.
NEAR = 0.28
#: What all words in common, each kind of quantity in common, and leave on both sides change in the score.
SHARED, KIND, PERMITS = 0.25, 0.04, 0.05


def overridden(records: Sequence[Record]) -> dict[str, tuple[str, Effect]]:
    """By exception: the id of the rule that it bends, and how; none where no rule is near."""
    rules = [r for r in records if r.kind is RecordKind.RULE]
    exceptions = [r for r in records if r.kind is RecordKind.EXCEPTION]
    if not rules or not exceptions:
        return {}
    about = topics(rules)
    words = {r.id: content_words(_text(r)) for r in (*rules, *exceptions)}
    shelf = _Shelf.of(rules, words)
    links = {}
    for exception, closeness in zip(exceptions, cosines(topics(exceptions), about), strict=True):
        scored = [(_score(exception, rules[j], float(closeness[j]), words), rules[j]) for j in shelf.near(exception, closeness, words)]
        best, rule = max(scored, key=lambda pair: (round(pair[0], 6), pair[1].id))
        if best >= NEAR:
            links[exception.id] = (rule.id, effect_of(exception, rule))
    return links


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The rules by their words and their documents. ``lengths``: how many words each has."""

    by_word: dict[str, Places]
    by_document: dict[str, Places]
    lengths: Places

    @classmethod
    def of(cls, rules: Sequence[Record], words: dict[str, frozenset[str]]) -> _Shelf:
        import numpy as np

        by_word: dict[str, list[int]] = {}
        by_document: dict[str, list[int]] = {}
        for j, rule in enumerate(rules):
            by_document.setdefault(rule.evidence[0].citation.document_id, []).append(j)
            for word in words[rule.id]:
                by_word.setdefault(word, []).append(j)
        return cls(
            {word: np.asarray(places, np.int64) for word, places in by_word.items()},
            {document: np.asarray(places, np.int64) for document, places in by_document.items()},
            np.asarray([len(words[rule.id]) for rule in rules], np.int64),
        )

    def near(self, exception: Record, closeness: Floats, words: dict[str, frozenset[str]]) -> list[int]:
        """The rules among which the best is: those of its own document, and all that could still come up to the best of these bounds."""
        import numpy as np

        mine = words[exception.id]
        empty = np.empty(0, np.int64)
        counts = np.bincount(np.concatenate([empty, *(self.by_word.get(word, empty) for word in mine)]), minlength=len(self.lengths))
        least = closeness + SHARED * counts / np.maximum(np.minimum(self.lengths, len(mine)), 1) - PERMITS
        most = least + PERMITS + KIND * len({v.kind for v in exception.values})
        most[self.by_document.get(exception.evidence[0].citation.document_id, empty)] += 2.0
        return [int(j) for j in np.flatnonzero(most >= least.max() - 1e-5)]


def _text(record: Record) -> str:
    return " ".join([record.said, *(e.citation.quote for e in record.evidence)])


def _score(exception: Record, rule: Record, cosine: float, words: dict[str, frozenset[str]]) -> float:
    score = cosine + SHARED * shared_words(words[exception.id], words[rule.id])
    first, second = exception.evidence[0].citation, rule.evidence[0].citation
    if first.document_id == second.document_id:
        distance = abs(first.span.start - second.span.start)
        if rule.evidence[0].citation.span == first.span:
            return score + 1.0  # the exception stands inside the rule's own sentence
        score += 0.15 if distance < 600 and second.span.start < first.span.start else 0.05
    kinds = {v.kind for v in exception.values} & {v.kind for v in rule.values} - {ValueKind.DATE, ValueKind.COUNT}
    score += KIND * len(kinds)
    if exception.modality is Modality.PERMISSION and rule.modality is Modality.PERMISSION:
        score -= PERMITS  # what permits rarely bends what permits
    return score


def effect_of(exception: Record, rule: Record) -> Effect:
    """lifts, relaxes, tightens or replaces, from the two modalities and their quantities."""
    if exception.modality is Modality.PERMISSION:
        comparable = {v.kind for v in exception.values} & {v.kind for v in rule.values}
        return Effect.RELAXES if comparable else Effect.LIFTS
    if rule.modality is Modality.PERMISSION:
        return Effect.TIGHTENS
    return Effect.REPLACES if exception.modality is rule.modality else Effect.TIGHTENS
