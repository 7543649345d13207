"""Finds records that cannot both hold: on one matter, for overlapping cases and times, they say different things.

Which of two goes first is told when they are read (domain/disagreement.py); nothing is decided or dropped here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from domain.disagreement import disputed, linked, may_meet
from domain.record import Record, RecordKind

#: Cosine of two topics from which records of different documents speak of one matter; and for an exception and the rule it bends.
ONE_MATTER, BENT = 0.62, 0.45


def contested(records: Sequence[Record], near: Mapping[str, Mapping[str, float]]) -> list[Record]:
    """The records, each with the ids of those that it cannot hold beside.

    ``near``: by id the cosines with the topics of others, as far as they are at least extract.merge.APART.
    """
    norms = {r.id: r for r in records if r.kind is not RecordKind.HANDOFF}
    against: dict[str, set[str]] = {}
    for one, other in _pairs(norms, near):
        if may_meet(one, other) and disputed(one, other):
            against.setdefault(one.id, set()).add(other.id)
            against.setdefault(other.id, set()).add(one.id)
    return [replace(r, rivals=tuple(sorted(against[r.id]))) if r.id in against else r for r in records]


def _pairs(records: Mapping[str, Record], near: Mapping[str, Mapping[str, float]]) -> Iterator[tuple[Record, Record]]:
    """Those of different documents that are near enough, each once."""
    sources = {r.id: {e.citation.document_id for e in r.evidence} for r in records.values()}
    for one in records.values():
        for other_id, cosine in near.get(one.id, {}).items():
            other = records.get(other_id)
            if other is None or not other_id < one.id or cosine < BENT:
                continue
            if (linked(one, other) or cosine >= ONE_MATTER) and sources[one.id].isdisjoint(sources[other_id]):
                yield one, other
