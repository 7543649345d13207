"""Figures of the planted folder, worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.evaluation.found import FoundRecord
from service.evaluation.gold import Gold
from service.evaluation.matching import match
from service.evaluation.scores import Found, RecordScores, Share, score_records
from tests.service.evaluation.planted import elsewhere, found, on_decoy, planted


def scored(gold: Gold, records: list[FoundRecord]) -> RecordScores:
    return score_records(gold, records, match(gold, records))


def perfect(gold: Gold) -> list[FoundRecord]:
    return [found(gold, name) for name in gold.records]


def test_a_perfect_answer_is_right_everywhere(tmp_path: Path) -> None:
    gold = planted(tmp_path)
    scores = scored(gold, perfect(gold))
    assert {kind: one.f1 for kind, one in scores.kinds.items()} == {"rule": 1.0, "exception": 1.0, "handoff": 1.0}
    assert scores.undocumented_exception == Found(1, 1, 1)
    assert {name: (share.right, share.of) for name, share in scores.fields.items()} == {
        "documentation": (4, 4), "validity": (4, 4), "modality": (3, 3), "recurrence": (3, 3), "subject": (3, 3), "scope": (3, 3),
        "overrides": (1, 1), "handler": (1, 1), "handoff_from": (1, 1), "handoff_to": (1, 1),
    }  # fmt: skip
    assert scores.values == Found(2, 2, 2)
    assert (scores.duplicates, scores.taken) == (0, 0)


def test_nothing_found_is_nothing_right(tmp_path: Path) -> None:
    gold = planted(tmp_path)
    scores = scored(gold, [])
    assert {one.f1 for one in scores.kinds.values()} == {0.0}
    assert scores.fields == {}


def test_spurious_duplicates_and_decoys_cost_precision(tmp_path: Path) -> None:
    gold = planted(tmp_path)
    records = [*perfect(gold), found(gold, "r1", id="rec_z"), on_decoy(gold, "d1"), on_decoy(gold, "d2"), elsewhere(gold, 1)]
    scores = scored(gold, records)
    assert (scores.kinds["rule"].precision, scores.kinds["rule"].recall, scores.kinds["rule"].f1) == (0.333, 1.0, 0.5)
    assert (scores.duplicates, scores.taken, scores.records) == (1, 2, 8)
    assert scores.decoys_taken == {"past history": Share(1, 1), "question": Share(1, 1)}


@pytest.mark.parametrize(
    ("name", "change", "field"),
    [
        ("r1", {"modality": "permission"}, "modality"),
        ("r1", {"recurrence": "one_off"}, "recurrence"),
        ("r1", {"subject": "Supplier"}, "subject"),
        ("r1", {"scope": [{"value": "Kestrel"}]}, "scope"),
        ("r1", {"documentation": "undocumented"}, "documentation"),
        ("r1", {"validity": "expired"}, "validity"),
        ("x1", {"handler": None}, "handler"),
        ("x1", {"overrides": "rec_r1"}, "overrides"),
        ("x1", {"overrides": None}, "overrides"),
        ("h1", {"from": "Buyer"}, "handoff_from"),
        ("h1", {"to": None}, "handoff_to"),
    ],
)
def test_one_wrong_field_lowers_only_its_own_share(tmp_path: Path, name: str, change: dict[str, object], field: str) -> None:
    gold = planted(tmp_path)
    records = [found(gold, other, **(change if other == name else {})) for other in gold.records]
    scores = scored(gold, records)
    assert [low for low, share in scores.fields.items() if share.right != share.of] == [field]
    assert scores.fields[field].right == scores.fields[field].of - 1


def test_amounts_are_scored_over_all_matched_records(tmp_path: Path) -> None:
    gold = planted(tmp_path)
    values = [{"kind": "money", "value": 500, "unit": "EUR"}, {"kind": "count", "value": 2, "unit": "days"}]
    scores = scored(gold, [found(gold, "r1", values=values), found(gold, "x1", values=[])])
    assert scores.values == Found(1, 2, 2)
    assert scores.values.f1 == 0.5


def test_an_exception_that_is_over_is_no_undocumented_exception(tmp_path: Path) -> None:
    gold = planted(tmp_path)
    assert scored(gold, [found(gold, "x1", validity="expired")]).undocumented_exception == Found(0, 0, 1)
