"""Scores records: what was found of each kind, and how right the fields of the matched ones are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.record import Documentation, RecordKind
from service.evaluation.found import FoundRecord
from service.evaluation.gold import Gold
from service.evaluation.gold_file import GoldRecord
from service.evaluation.likeness import same_names, same_phrase, value_key
from service.evaluation.matching import Matching

KINDS = tuple(kind.value for kind in RecordKind)


@dataclass(frozen=True, slots=True)
class Found:
    """``right`` of ``predicted`` are among the ``gold``; shares are rounded to three digits, 0 where nothing was predicted or marked."""

    right: int
    predicted: int
    gold: int

    @property
    def precision(self) -> float:
        return round(self.right / self.predicted, 3) if self.predicted else 0.0

    @property
    def recall(self) -> float:
        return round(self.right / self.gold, 3) if self.gold else 0.0

    @property
    def f1(self) -> float:
        if not self.right:
            return 0.0
        precision, recall = self.right / self.predicted, self.right / self.gold
        return round(2 * precision * recall / (precision + recall), 3)


@dataclass(frozen=True, slots=True)
class Share:
    right: int
    of: int

    @property
    def value(self) -> float:
        return round(self.right / self.of, 3) if self.of else 0.0


@dataclass(frozen=True)
class RecordScores:
    """``fields``: name -> share of matched records with that field right. ``values``: amounts of all matched records.

    ``decoys_taken``: why -> (records that rest on such a decoy, decoys of that sort).
    """

    kinds: Mapping[str, Found]
    undocumented_exception: Found
    fields: Mapping[str, Share]
    values: Found
    records: int
    duplicates: int
    decoys: int
    decoys_taken: Mapping[str, Share]

    @property
    def taken(self) -> int:
        """Records that rest on a decoy."""
        return sum(share.right for share in self.decoys_taken.values())


def score_records(gold: Gold, records: Sequence[FoundRecord], matching: Matching) -> RecordScores:
    by_id = {record.id: record for record in records}
    pairs = [(by_id[record_id], gold.records[name]) for record_id, name in matching.matched.items()]
    kinds = {
        kind: Found(
            sum(want.kind == kind for _, want in pairs),
            sum(record.kind == kind for record in records),
            sum(want.kind == kind for want in gold.records.values()),
        )
        for kind in KINDS
    }
    hidden = Found(
        sum(_says_hidden(have) and _is_hidden(want) for have, want in pairs),
        sum(map(_says_hidden, records)),
        sum(map(_is_hidden, gold.records.values())),
    )
    right: defaultdict[str, list[bool]] = defaultdict(list)
    for have, want in pairs:
        for name, same in _fields(have, want, matching):
            right[name].append(same)
    fields = {name: Share(sum(answers), len(answers)) for name, answers in sorted(right.items())}
    return RecordScores(
        kinds, hidden, fields, _values(pairs), len(records), len(matching.duplicates), len(gold.decoys), _taken(gold, matching)
    )


def _is_hidden(want: GoldRecord) -> bool:
    return want.kind == "exception" and want.documentation is Documentation.UNDOCUMENTED and want.status == "active"


def _says_hidden(have: FoundRecord) -> bool:
    return have.kind == "exception" and have.documentation == "undocumented" and have.validity == "active"


def _fields(have: FoundRecord, want: GoldRecord, matching: Matching) -> Iterator[tuple[str, bool]]:
    """Name and rightness of each field that the gold says something about."""
    yield "validity", have.validity == want.status
    if want.documentation is not None:
        yield "documentation", have.documentation == want.documentation
    if want.kind is RecordKind.HANDOFF:
        if want.sender:
            yield "handoff_from", same_phrase(have.sender, want.sender)
        if want.receiver:
            yield "handoff_to", same_phrase(have.receiver, want.receiver)
    else:
        yield from _norm_fields(have, want, matching)


def _norm_fields(have: FoundRecord, want: GoldRecord, matching: Matching) -> Iterator[tuple[str, bool]]:
    if want.modality is not None:
        yield "modality", have.modality == want.modality
    if want.recurrence is not None:
        yield "recurrence", have.recurrence == want.recurrence
    if want.subject:
        yield "subject", same_phrase(have.subject, want.subject)
    if want.scope is not None:
        yield "scope", same_names((item.value for item in have.scope), want.scope)
    if want.kind is RecordKind.EXCEPTION:
        yield "overrides", _same_rule(have.overrides, want.overrides, matching)
    if want.handler:
        yield "handler", same_phrase(have.handler, want.handler)


def _same_rule(have: str | None, want: str | None, matching: Matching) -> bool:
    """Whether the record that is said to be overridden rests on a passage of the rule that is."""
    if have is None or want is None:
        return have is want
    return want in matching.hits.get(have, {}) or matching.matched.get(have) == want


def _values(pairs: Iterable[tuple[FoundRecord, GoldRecord]]) -> Found:
    right = said = wanted = 0
    for have, want in pairs:
        if want.kind is RecordKind.HANDOFF or want.values is None:
            continue
        found = Counter(value_key(v.kind, v.value, v.unit) for v in have.values)
        marked = Counter(value_key(v.kind, v.value, v.unit) for v in want.values)
        right, said, wanted = right + (found & marked).total(), said + found.total(), wanted + marked.total()
    return Found(right, said, wanted)


def _taken(gold: Gold, matching: Matching) -> dict[str, Share]:
    """By sort, the commonest first; a record on several decoys counts for the one it lies on best."""
    sorts = Counter(decoy.why for decoy in gold.decoys.values())
    taken = Counter(gold.decoys[best_decoy(gold, matching, record_id)].why for record_id in matching.decoys)
    return {why: Share(taken[why], number) for why, number in sorted(sorts.items(), key=lambda item: (-item[1], item[0]))}


def best_decoy(gold: Gold, matching: Matching, record_id: str) -> str:
    """Gold id of the decoy that the record lies on best."""
    hits = matching.hits[record_id]
    return min((name for name in hits if name in gold.decoys), key=lambda name: (-hits[name], name))
