"""What went wrong, one by one, with the words that it happened on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.evaluation.found import FoundRecord
from service.evaluation.gold import Gold
from service.evaluation.matching import Matching
from service.evaluation.scores import best_decoy


@dataclass(frozen=True, slots=True)
class Miss:
    """``sort``: missed (gold that no record matched), spurious, decoy or duplicate (records that matched none).

    ``note``: what a missed one was taken for, the sort of decoy, or the gold that a duplicate repeats. ``confidence``: None for missed.
    """

    sort: str
    id: str
    kind: str
    statement: str
    path: str
    place: str
    quote: str
    note: str
    confidence: float | None = None


def misses_of(gold: Gold, records: Sequence[FoundRecord], matching: Matching) -> tuple[Miss, ...]:
    """Missed ones in the gold's order, then records by sort, the most confident first."""
    wrong = [_wrong(gold, record, matching) for record in records if record.id not in matching.matched]
    order = ("decoy", "spurious", "duplicate")
    wrong.sort(key=lambda miss: (order.index(miss.sort), -(miss.confidence or 0.0), miss.id))
    return (*_missed(gold, records, matching), *wrong)


def _missed(gold: Gold, records: Sequence[FoundRecord], matching: Matching) -> Iterator[Miss]:
    found = set(matching.matched.values())
    for name, want in gold.records.items():
        if name in found:
            continue
        spans = [span for span in gold.spans if name in span.ids]
        taken = sorted({record.kind for record in records if name in matching.hits[record.id]})
        note = ", ".join(part for part in (want.documentation, f"taken for {' and '.join(taken)}" if taken else "") if part)
        path = ", ".join(dict.fromkeys(span.file for span in spans))
        yield Miss("missed", name, want.kind.value, want.statement, path, "", " [...] ".join(span.text for span in spans), note)


def _wrong(gold: Gold, record: FoundRecord, matching: Matching) -> Miss:
    sort = matching.sort_of(record.id)
    hits = matching.hits[record.id]
    note = ""
    if sort == "decoy":
        name = best_decoy(gold, matching, record.id)
        note = f"{gold.decoys[name].why} ({name})"
    elif sort == "duplicate":
        same = sorted((-score, name) for name, score in hits.items() if name in gold.records and gold.records[name].kind == record.kind)
        note = f"repeats {same[0][1]}"
    elif hits:
        best = min(hits, key=lambda name: (-hits[name], name))
        note = f"{best} is {gold.records[best].kind.value}"
    first = record.evidence[0]
    quotes = " [...] ".join(quote.quote for quote in record.evidence)
    return Miss(sort, record.id, record.kind, record.statement, first.path, first.place, quotes, note, record.confidence)
