"""The visible part: how much of what governs the work formal documents show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from domain.actors import is_actor, known_actors
from domain.process import Paper, ProcessMap
from domain.record import Documentation, EvidenceRole, Record, RecordKind, Recurrence


@dataclass(frozen=True, slots=True)
class Hidden:
    """A norm that only practice shows. ``owner``: who handles it, else who granted or stated it. ``age``: days since first seen."""

    record: Record
    owner: str | None
    first_seen: str | None
    age: int | None
    last_seen: str | None


@dataclass(frozen=True, slots=True)
class Share:
    """``documented`` of ``total`` norms; ``kinds``: kind -> the same two. ``favours``: one-off exceptions, which are no norms.

    ``ruleless``: standing exceptions of which no rule was found. ``hidden`` by id.
    """

    documented: int
    total: int
    kinds: Mapping[str, tuple[int, int]]
    favours: int
    ruleless: int
    hidden: tuple[Hidden, ...]

    @property
    def visible(self) -> float | None:
        """0..1, to four digits; None where nothing governs."""
        return round(self.documented / self.total, 4) if self.total else None


@dataclass(frozen=True, slots=True)
class Covered:
    id: str
    name: str
    share: Share


@dataclass(frozen=True, slots=True)
class Coverage:
    """``processes`` in the map's order; ``unplaced``: what stands in none of them; ``total``: all of it."""

    processes: tuple[Covered, ...]
    unplaced: Share
    total: Share


def coverage(mapped: ProcessMap, papers: Mapping[str, Paper], day: str) -> Coverage:
    """``day``: the ISO date on which ages are counted."""
    processes = tuple(Covered(p.id, p.name, share_of(p.records(), papers, day)) for p in mapped.processes)
    left = [one.record for one in mapped.unplaced]
    every = [record for process in mapped.processes for record in process.records()]
    return Coverage(processes, share_of(left, papers, day), share_of([*every, *left], papers, day))


def share_of(records: Iterable[Record], papers: Mapping[str, Paper], day: str) -> Share:
    held = sorted(records, key=lambda r: r.id)
    norms = [r for r in held if not _favour(r)]
    known = known_actors(held)
    shown = [r for r in norms if r.documentation is Documentation.DOCUMENTED]
    of, out_of = Counter(r.kind for r in shown), Counter(r.kind for r in norms)
    return Share(
        len(shown),
        len(norms),
        {kind.value: (of[kind], out_of[kind]) for kind in RecordKind},
        len(held) - len(norms),
        sum(r.kind is RecordKind.EXCEPTION and r.overrides is None for r in norms),
        tuple(hidden_norm(r, known, papers, day) for r in norms if r.documentation is Documentation.UNDOCUMENTED),
    )


def _favour(record: Record) -> bool:
    return record.kind is RecordKind.EXCEPTION and record.recurrence is Recurrence.ONE_OFF


def hidden_norm(record: Record, known: frozenset[frozenset[str]], papers: Mapping[str, Paper], day: str) -> Hidden:
    """``known``: who is known to act, as domain.actors has them."""
    days = sorted(seen for seen in _days(record, papers) if seen <= day)
    first = days[0] if days else None
    age = (date.fromisoformat(day) - date.fromisoformat(first)).days if first else None
    last = record.last_seen or (days[-1] if days else None)
    handler = record.handler if is_actor(record.handler, known) else None
    return Hidden(record, handler or _author(record), first, age, last)


def _days(record: Record, papers: Mapping[str, Paper]) -> Collection[str]:
    """ISO dates on which its evidence was written, as far as they are known and can be read."""
    found = {record.last_seen or ""}
    for evidence in record.evidence:
        citation = evidence.citation
        paper = papers.get(citation.document_id)
        found.add((citation.place.sent_at or (paper.dated if paper else None) or "")[:10])
    return {text for text in found if _is_day(text)}


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _author(record: Record) -> str | None:
    """Who granted it before who stated it; whoever only asked decides nothing."""
    for roles in ((EvidenceRole.GRANTS,), (EvidenceRole.STATES, EvidenceRole.REPEATS, EvidenceRole.APPLIES)):
        for evidence in record.evidence:
            if evidence.role in roles and evidence.citation.place.sender:
                return evidence.citation.place.sender
    return None
