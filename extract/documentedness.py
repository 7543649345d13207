"""For what only correspondence shows: which formal passages come nearest, and why each of them is not it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from domain.record import Documentation, NearMiss, Record, RecordKind
from domain.statement import Modality
from extract.similarity import cosines, topics

if TYPE_CHECKING:
    from extract.similarity import Floats

SHOWN = 3


def checked(records: Sequence[Record]) -> list[Record]:
    """The records, the undocumented ones with their nearest formal norms."""
    formal = [r for r in records if r.documentation is Documentation.DOCUMENTED]
    if not formal:
        return list(records)
    documented = topics(formal)
    result = {record.id: record for record in records}
    informal = [r for r in records if r.documentation is Documentation.UNDOCUMENTED]
    for record, scores in zip(informal, cosines(topics(informal), documented), strict=True):
        best = sorted(_foremost(scores), key=lambda i: (-round(float(scores[i]), 4), formal[i].id))[:SHOWN]
        result[record.id] = replace(record, nearest=tuple(_miss(record, formal[i], float(scores[i])) for i in best))
    return list(result.values())


def _foremost(scores: Floats) -> list[int]:
    """The positions that can be among the first after rounding."""
    import numpy as np

    least = np.partition(scores, -SHOWN)[-SHOWN] if len(scores) > SHOWN else np.float32(-1)
    return [int(i) for i in np.flatnonzero(scores >= least - 2e-4)]


def _miss(record: Record, formal: Record, score: float) -> NearMiss:
    evidence = formal.evidence[0].citation
    return NearMiss(evidence.path, evidence.quote, round(score, 3), why_not(record, formal), formal.id)


def why_not(record: Record, formal: Record) -> str:
    """One reason, the plainest first."""
    mine = {(v.kind, v.unit): v for v in record.values}
    for value in formal.values:
        other = mine.get((value.kind, value.unit))
        if other is not None and other.value != value.value:
            return f"it says {value.text}, not {other.text}"
    if formal.kind is not record.kind and RecordKind.HANDOFF in (formal.kind, record.kind):
        return f"it is a {formal.kind}, not a {record.kind}"
    if formal.modality is not record.modality and formal.modality is not None and record.modality is not None:
        return f"it states {_article(formal.modality)}, this {_article(record.modality)}"
    theirs = {item.value for item in formal.scope}
    limited = [item.value for item in record.scope if item.value not in theirs]
    if limited:
        return f"it does not speak of {limited[0]}"
    return "it is about something else"


def _article(modality: Modality) -> str:
    return f"{'an' if modality is Modality.OBLIGATION else 'a'} {modality}"
