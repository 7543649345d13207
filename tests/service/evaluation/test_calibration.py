"""Bins, their gap to the truth, and its weight."""

from __future__ import annotations

import pytest

from service.evaluation.calibration import calibrated, pooled


def test_the_error_is_the_gap_of_each_bin_weighted_by_its_records() -> None:
    # .95 with three of four right: gap .2; .25 with none of one: gap .25; over five records (4 * .2 + .25) / 5.
    held = calibrated([(0.95, True), (0.95, True), (0.95, True), (0.95, False), (0.25, False)])
    assert [(b.n, b.right) for b in held.bins] == [(0, 0), (0, 0), (1, 0), *[(0, 0)] * 6, (4, 3)]
    assert held.error == pytest.approx(0.21)


@pytest.mark.parametrize(("confidence", "at"), [(0.0, 0), (0.1, 1), (0.3, 3), (0.6, 6), (0.7, 7), (0.999, 9), (1.0, 9), (0.0999, 0)])
def test_a_confidence_falls_into_the_bin_that_begins_with_it(confidence: float, at: int) -> None:
    assert [b.n for b in calibrated([(confidence, True)]).bins].index(1) == at


def test_confidence_that_is_true_has_no_error_and_no_records_have_none() -> None:
    assert calibrated([(0.5, True), (0.5, False)]).error == 0.0
    assert (calibrated([]).error, calibrated([]).n) == (0.0, 0)


def test_folders_are_pooled_by_adding_their_records() -> None:
    a, b = [(0.9, True)] * 3, [(0.9, False), (0.2, False)]
    assert pooled([calibrated(a), calibrated(b)]) == calibrated([*a, *b])


def test_few_records_leave_a_wide_interval() -> None:
    few, many = calibrated([(0.9, True)] * 2).bins[9].interval(), calibrated([(0.9, True)] * 200).bins[9].interval()
    assert few[0] < 0.4 < many[0] < 1.0
    assert few[1] == pytest.approx(1.0)
    assert calibrated([]).bins[0].interval() == (0.0, 1.0)
