"""The record that decides comes first, the verdict is right, and no decoy misleads."""

from __future__ import annotations

from pathlib import Path

from service.evaluation.cases import CaseScores, score_cases
from service.evaluation.found import FoundAnswer, FoundRecord
from service.evaluation.gold import Gold
from service.evaluation.scores import Share
from tests.service.evaluation.planted import elsewhere, found, on_decoy, planted


def answer(verdict: str, *ranked: FoundRecord, missing: tuple[str, ...] = (), seconds: float = 0.01) -> FoundAnswer:
    return FoundAnswer(verdict=verdict, ranked=ranked, missing_facts=missing, seconds=seconds)


def scored(gold: Gold, first: FoundAnswer, second: FoundAnswer) -> CaseScores:
    return score_cases(gold, {"t1": first, "t2": second})


def test_right_answers_are_right(tmp_path: Path) -> None:
    gold = planted(tmp_path)
    scores = scored(gold, answer("needs_approval", found(gold, "x1")), answer("unknown", missing=("amount",)))
    assert (scores.first, scores.among_five, scores.verdict) == (Share(2, 2), Share(2, 2), Share(2, 2))
    assert (scores.by_undocumented, scores.asks, scores.misled) == (Share(1, 1), Share(1, 1), Share(0, 2))
    assert scores.wrong == ()


def test_the_deciding_record_further_down_counts_among_five_only(tmp_path: Path) -> None:
    gold = planted(tmp_path)
    scores = scored(gold, answer("needs_approval", found(gold, "r2"), found(gold, "x1")), answer("allowed"))
    assert (scores.first, scores.among_five, scores.verdict) == (Share(0, 2), Share(2, 2), Share(1, 2))
    assert [(w.id, w.first, w.verdict) for w in scores.wrong] == [("t1", ("r2",), "needs_approval"), ("t2", (), "allowed")]


def test_the_sixth_record_is_not_looked_at(tmp_path: Path) -> None:
    gold = planted(tmp_path)
    others = [elsewhere(gold, number) for number in range(5)]
    scores = scored(gold, answer("needs_approval", *others, found(gold, "x1")), answer("unknown"))
    assert scores.among_five == Share(1, 2)


def test_a_decoy_among_the_first_misleads_unless_it_stands_with_a_norm(tmp_path: Path) -> None:
    gold = planted(tmp_path)
    decoy = on_decoy(gold, "d1")
    both = decoy.model_copy(update={"evidence": (*decoy.evidence, *found(gold, "r1").evidence)})
    assert scored(gold, answer("unknown", decoy), answer("unknown", both)).misled == Share(1, 2)
    assert scored(gold, answer("unknown", on_decoy(gold, "d2")), answer("unknown")).misled == Share(0, 2)  # nobody forbade d2


def test_times_are_the_median_and_the_slow_end(tmp_path: Path) -> None:
    gold = planted(tmp_path)
    scores = scored(gold, answer("unknown", seconds=0.3), answer("unknown", seconds=0.1))
    assert (scores.milliseconds(0.5), scores.milliseconds(0.95)) == (300.0, 300.0)
