"""Scores answers: does the record that decides a case come first, and is the verdict right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.record import Documentation, RecordKind
from service.evaluation.found import FoundAnswer
from service.evaluation.gold import Gold
from service.evaluation.gold_file import GoldCase
from service.evaluation.matching import hits_of, landings, passages_of
from service.evaluation.scores import Share

#: How many of the records that an answer names are looked at.
LOOKED_AT = 5


@dataclass(frozen=True, slots=True)
class WrongCase:
    id: str
    task: str
    wanted: tuple[str, ...]
    wanted_verdict: str
    first: tuple[str, ...]
    verdict: str


@dataclass(frozen=True)
class CaseScores:
    """``by_undocumented``: governing@1 of the cases that an undocumented exception decides. ``misled``: a decoy is among the first five.

    ``asks``: says that something is missing, of the cases where something is. ``seconds``: of each answer, shortest first.
    """

    first: Share
    among_five: Share
    verdict: Share
    by_undocumented: Share
    misled: Share
    asks: Share
    seconds: tuple[float, ...]
    wrong: tuple[WrongCase, ...] = field(repr=False)

    def milliseconds(self, share: float) -> float:
        """The time below which that share of the answers came."""
        return round(1000 * self.seconds[min(int(len(self.seconds) * share), len(self.seconds) - 1)], 1) if self.seconds else 0.0


@dataclass(frozen=True, slots=True)
class _Judged:
    first: bool
    among_five: bool
    verdict: bool
    misled: bool
    landed: tuple[frozenset[str], ...]


def score_cases(gold: Gold, answers: Mapping[str, FoundAnswer]) -> CaseScores:
    """``answers`` by the case's id, one for each."""
    passages = passages_of(gold)
    judged: dict[str, _Judged] = {}
    for case in gold.cases:
        answer = answers[case.id]
        landed = tuple(frozenset(hits_of(landings(r.evidence, passages), passages)) for r in answer.ranked[:LOOKED_AT])
        judged[case.id] = _judge(gold, case, answer, landed)
    of = len(gold.cases)
    hidden = [case for case in gold.cases if _by_undocumented(gold, case)]
    asking = [case for case in gold.cases if case.missing_facts]
    return CaseScores(
        first=Share(sum(j.first for j in judged.values()), of),
        among_five=Share(sum(j.among_five for j in judged.values()), of),
        verdict=Share(sum(j.verdict for j in judged.values()), of),
        by_undocumented=Share(sum(judged[case.id].first for case in hidden), len(hidden)),
        misled=Share(sum(j.misled for j in judged.values()), of),
        asks=Share(sum(bool(answers[case.id].missing_facts) for case in asking), len(asking)),
        seconds=tuple(sorted(answers[case.id].seconds for case in gold.cases)),
        wrong=tuple(_wrong(case, judged[case.id], answers[case.id]) for case in gold.cases if not _fine(judged[case.id])),
    )


def _fine(judged: _Judged) -> bool:
    return judged.first and judged.verdict


def _judge(gold: Gold, case: GoldCase, answer: FoundAnswer, landed: tuple[frozenset[str], ...]) -> _Judged:
    want, verdict = set(case.governing), answer.verdict == case.verdict
    first = bool(landed and want & landed[0]) if want else answer.verdict == "unknown"
    among_five = not want or any(want & names for names in landed)
    banned = set(case.must_not_use)
    misled = any(banned & names and not names & gold.records.keys() for names in landed)
    return _Judged(first, among_five, verdict, misled, landed)


def _by_undocumented(gold: Gold, case: GoldCase) -> bool:
    records = (gold.records[name] for name in case.governing if name in gold.records)
    return any(r.kind is RecordKind.EXCEPTION and r.documentation is Documentation.UNDOCUMENTED for r in records)


def _wrong(case: GoldCase, judged: _Judged, answer: FoundAnswer) -> WrongCase:
    first = tuple(sorted(judged.landed[0])) if judged.landed else ()
    return WrongCase(case.id, case.task, case.governing, case.verdict.value, first, answer.verdict)
