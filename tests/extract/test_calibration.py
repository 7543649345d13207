"""Confidence follows belief, stays a probability, and is lower where the classifier is known to believe too much."""

from __future__ import annotations

import pytest

from domain.record import RecordKind
from extract.calibration import SCALES, calibrated


@pytest.mark.parametrize(("kind", "formal"), sorted(SCALES))
def test_more_belief_is_more_confidence(kind: RecordKind, formal: bool) -> None:
    said = [calibrated(belief, kind, formal=formal, repeated=False) for belief in (0.0, 0.1, 0.5, 0.9, 0.99, 1.0)]
    assert said == sorted(said)
    assert said[0] < said[-1]
    assert all(0.0 < value < 1.0 for value in said)


def test_a_practice_told_in_mail_is_believed_less_than_a_rule_on_paper() -> None:
    paper = calibrated(0.9, RecordKind.RULE, formal=True, repeated=False)
    mail = calibrated(0.9, RecordKind.EXCEPTION, formal=False, repeated=False)
    assert mail < paper


def test_saying_it_twice_counts() -> None:
    once, twice = (calibrated(0.8, RecordKind.EXCEPTION, formal=False, repeated=again) for again in (False, True))
    assert twice > once
