"""Each reason for which a person should look at a record, alone and together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.record import Documentation, Effect, Record, RecordKind, Recurrence, Status
from domain.statement import Modality
from domain.urgency import WEIGHT, Cause, urgency
from tests.api.papers import PO_RULE

CALM = replace(PO_RULE, status=Status.PROPOSED, statement="Visitors' mugs are washed.", action="wash mugs", values=(), conditions=())
RULE = replace(CALM, id="rec_rule", statement="Every invoice needs an order number.")
BENDS: dict[str, Any] = {"kind": RecordKind.EXCEPTION, "overrides": "rec_rule", "statement": "Mugs may wait."}


def causes(record: Record, **known: Any) -> list[Cause]:
    return [reason.cause for reason in urgency(record, **{"bent": None, **known}).reasons]


def test_a_calm_record_has_no_reason_and_no_score() -> None:
    assert urgency(replace(CALM, statement="Mugs are washed."), bent=None).score == 0
    assert causes(CALM) == []


@pytest.mark.parametrize(
    ("changes", "known", "cause"),
    [
        ({**BENDS, "effect": Effect.LIFTS}, {"bent": RULE}, Cause.LOOSENS),
        ({**BENDS, "effect": Effect.RELAXES, "statement": "Contractors keep their badge."}, {}, Cause.LOOSENS),
        ({**BENDS, "effect": None, "modality": Modality.PERMISSION}, {"bent": RULE}, Cause.LOOSENS),
        ({"authority": 1}, {}, Cause.LOW_AUTHORITY),
        ({}, {"rivals": ["rec_other"]}, Cause.CONFLICT),
        ({}, {"flags": ["the rule it overrides was rejected"]}, Cause.FLAGGED),
        ({"confidence": 0.4}, {}, Cause.UNCERTAIN),
        ({**BENDS, "overrides": None}, {}, Cause.NO_RULE),
        ({"documentation": Documentation.UNDOCUMENTED}, {}, Cause.UNDOCUMENTED),
    ],
)
def test_each_reason_alone(changes: dict[str, Any], known: dict[str, Any], cause: Cause) -> None:
    assert causes(replace(CALM, **changes), **known) == [cause]


@pytest.mark.parametrize(
    "changes",
    [
        {**BENDS, "effect": Effect.TIGHTENS},
        {**BENDS, "effect": Effect.REPLACES},
        {"documentation": Documentation.UNDOCUMENTED, "recurrence": Recurrence.ONE_OFF},
        {"authority": 2},
        {"confidence": 0.8},
    ],
)
def test_what_is_no_reason(changes: dict[str, Any]) -> None:
    assert causes(replace(CALM, **changes), bent=RULE) == []


def test_the_less_certain_the_more_urgent() -> None:
    scores = [urgency(replace(CALM, confidence=confidence), bent=None).score for confidence in (0.8, 0.6, 0.3, 0.01)]
    assert scores == sorted(set(scores))


def test_each_reason_adds_and_the_heaviest_comes_first() -> None:
    record = replace(CALM, **{**BENDS, "effect": Effect.LIFTS, "authority": 0})
    both = urgency(record, bent=RULE)
    assert [reason.cause for reason in both.reasons] == [Cause.LOOSENS, Cause.LOW_AUTHORITY]
    assert both.score == round(1 - (1 - WEIGHT[Cause.LOOSENS]) * (1 - WEIGHT[Cause.LOW_AUTHORITY]), 4)
    assert "money" in both.reasons[0].text
