"""For what only correspondence shows: which formal passages come nearest, and why each of them is not it."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.record import Documentation, NearMiss, Record, RecordKind
from domain.statement import Modality, Statement
from extract.nearness import Foremost
from extract.similarity import about_alike

SHOWN = 3
#: So many formal statements are held as the nearest: one that states two norms fills two places.
HELD = SHOWN + 2

Checked = tuple[Record, tuple[Record, ...], tuple[NearMiss, ...]]


class Checks:
    """What was compared for the documentation checks, kept from one time to the next."""

    def __init__(self) -> None:
        self.nearest: Foremost[Statement, Statement] = Foremost(about_alike, HELD, lambda s: s.id)
        self.made: dict[str, Checked] = {}


def checked(records: Sequence[Record], leads: Mapping[str, Statement], checks: Checks | None = None) -> list[Record]:
    """The records, the undocumented ones with their nearest formal norms. ``leads``: each record's leading statement, by record id."""
    checks = checks or Checks()
    formal: dict[int, list[Record]] = {}
    for record in records:
        if record.documentation is Documentation.DOCUMENTED:
            formal.setdefault(id(leads[record.id]), []).append(record)
    informal = [r for r in records if r.documentation is Documentation.UNDOCUMENTED]
    asking, columns = ({id(leads[r.id]): leads[r.id] for r in some} for some in (informal, itertools.chain(*formal.values())))
    near = dict(zip(asking, checks.nearest.among(list(asking.values()), list(columns.values())), strict=True))
    made: dict[str, Checked] = {}
    for record in informal:
        found = [(score, norm) for lead, score in near[id(leads[record.id])] for norm in formal[id(lead)]]
        best = sorted(found, key=lambda pair: (-pair[0], pair[1].id))[:SHOWN]
        made[record.id] = _made(record, best, checks.made.get(record.id))
    checks.made = made
    return [replace(r, nearest=made[r.id][2]) if r.id in made and made[r.id][2] else r for r in records]


def _made(record: Record, best: Sequence[tuple[float, Record]], before: Checked | None) -> Checked:
    """The check's findings, those of the time before where they rest on the same records."""
    norms = tuple(norm for _, norm in best)
    if before is not None and before[0] is record and len(norms) == len(before[1]) and all(map(operator.is_, norms, before[1])):
        return before
    return record, norms, tuple(_miss(record, norm, score) for score, norm in best)


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
