"""Finds records that cannot both hold: on one matter, for overlapping cases and times, they say different things.

Which of two goes first is told when they are read (domain/disagreement.py); nothing is decided or dropped here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from domain.disagreement import disputed, linked, may_meet
from domain.record import Record, RecordKind
from extract.similarity import cosines, topics

#: Cosine of two topics from which records of different documents speak of one matter; and for an exception and the rule it bends.
ONE_MATTER, BENT = 0.62, 0.45


def contested(records: Sequence[Record]) -> list[Record]:
    """The records, each with the ids of those that it cannot hold beside."""
    norms = sorted((r for r in records if r.kind is not RecordKind.HANDOFF), key=lambda r: r.id)
    against: dict[str, set[str]] = {}
    for one, other in _pairs(norms):
        if may_meet(one, other) and disputed(one, other):
            against.setdefault(one.id, set()).add(other.id)
            against.setdefault(other.id, set()).add(one.id)
    return [replace(r, rivals=tuple(sorted(against.get(r.id, ())))) for r in records]


def _pairs(records: Sequence[Record]) -> Iterator[tuple[Record, Record]]:
    """Those of different documents that are near enough, each once."""
    import numpy as np

    about = topics(records)
    sources = [{e.citation.document_id for e in r.evidence} for r in records]
    for i, near in enumerate(cosines(about, about)):
        for j in map(int, np.flatnonzero(near[:i] >= BENT)):
            one, other = records[i], records[j]
            if (linked(one, other) or near[j] >= ONE_MATTER) and sources[i].isdisjoint(sources[j]):
                yield one, other
