"""A gate names the figure that fell, and only that."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from domain.errors import InvalidQuestion
from service.evaluation.figures import NAMES, evaluations_json, figures_of, mean_figures
from service.evaluation.gate import Bars, Baseline, bars_of, fallen, load_baseline, other_gold, worsening
from service.evaluation.gold import load_gold
from service.evaluation.judge import assess
from tests.service.evaluation.planted import found, on_decoy, planted, tasks_json, write_gold

FIGURES = {"rule": 0.8, "exception": 0.5, "decoys_taken": 0.1}


def before(**figures: float) -> Baseline:
    return Baseline(format=1, version="0", figures=figures, folders=())


def test_a_figure_on_its_bar_is_passed_and_one_below_is_named() -> None:
    bars = bars_of(["rule=.8, exception=.51"], ["decoys_taken=.1"], None)
    assert fallen(FIGURES, bars, None) == ["exception is 0.500, below its bar of 0.51"]


def test_a_figure_that_must_stay_small_has_a_bar_above_it() -> None:
    assert fallen(FIGURES, bars_of([], ["decoys_taken=0.05"], None), None) == ["decoys_taken is 0.100, above its bar of 0.05"]


def test_a_bar_for_what_was_not_measured_is_not_passed() -> None:
    [line] = fallen(FIGURES, bars_of(["verdict=0"], [], None), None)
    assert "verdict has a bar and was not measured" in line


def test_a_drop_counts_from_the_baseline_and_only_beyond_what_is_allowed() -> None:
    bars = Bars(drop=0.02)
    assert fallen(FIGURES, bars, before(rule=0.82, exception=0.5, decoys_taken=0.08)) == []
    assert fallen(FIGURES, bars, before(rule=0.821, exception=0.4, decoys_taken=0.079)) == [
        "rule fell from 0.821 to 0.800, by more than 0.02",
        "decoys_taken rose from 0.079 to 0.100, by more than 0.02",
    ]


def test_a_figure_that_is_gone_is_not_passed() -> None:
    assert fallen(FIGURES, Bars(drop=0.5), before(verdict=0.4)) == ["verdict was 0.400 in the baseline and is not measured any more"]


def test_without_an_allowed_drop_a_baseline_stops_nothing() -> None:
    assert fallen(FIGURES, Bars(), before(rule=1.0)) == []
    assert worsening("rule", 0.8, 0.7) == -worsening("duplicates", 0.8, 0.7) == 0.1


@pytest.mark.parametrize(
    ("under", "over", "drop", "told"),
    [
        (["rules=.8"], [], None, "there is no figure 'rules'; there are rule, exception"),
        (["rule"], [], None, "--fail-under is NAME=VALUE"),
        (["rule=80"], [], None, "from 0 to 1, not 'rule=80'"),
        (["rule=nan"], [], None, "from 0 to 1"),
        (["duplicates=.1"], [], None, "set its bar with --fail-over"),
        ([], ["rule=.1"], None, "set its bar with --fail-under"),
        ([], [], 2.0, "--max-drop is a number from 0 to 1"),
        ([], [], float("nan"), "--max-drop is a number from 0 to 1"),
    ],
)
def test_a_bar_that_makes_no_sense_is_told(under: list[str], over: list[str], drop: float | None, told: str) -> None:
    with pytest.raises(InvalidQuestion, match=told):
        bars_of(under, over, drop)


def test_what_json_writes_is_read_as_a_baseline_and_knows_its_gold(tmp_path: Path) -> None:
    one = assess(gold := replace_cases(tmp_path), [found(gold, "r1"), on_decoy(gold, "d1")], [], {})
    file = tmp_path / "before.json"
    file.write_text(json.dumps(evaluations_json([one], "9.9")))
    baseline = load_baseline(file)
    assert baseline.figures == mean_figures([figures_of(one)])
    assert baseline.figures["decoys_taken"] == 0.5
    assert set(baseline.figures) <= set(NAMES)
    assert other_gold(baseline, [one]) is None
    changed = replace(one, gold=load_gold(write_gold(tmp_path)))
    assert "made on other gold" in (other_gold(baseline, [changed]) or "")


def replace_cases(folder: Path) -> Any:
    tasks = tasks_json()
    tasks["tasks"] = []
    return load_gold(write_gold(folder, tasks=tasks))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "is no JSON: line 1"),
        ("[]", "is not what --json of format 1 writes"),
        ('{"format": 2, "version": "", "figures": {}, "folders": []}', "format: should be 1, not 2"),
        ('{"format": 1, "version": "", "figures": {"rule": NaN}, "folders": []}', r"figures\.rule: "),
    ],
)
def test_a_baseline_that_is_none_is_told(tmp_path: Path, content: str, told: str) -> None:
    file = tmp_path / "before.json"
    file.write_text(content)
    with pytest.raises(InvalidQuestion, match=told):
        load_baseline(file)


def test_the_mean_is_over_the_folders_that_have_the_figure(tmp_path: Path) -> None:
    gold = planted(tmp_path)
    assert mean_figures([{"rule": 0.5}, {"rule": 1.0, "verdict": 0.25}]) == {"rule": 0.75, "verdict": 0.25}
    figures = figures_of(assess(replace_cases(tmp_path), [found(gold, "r1")], [], {}))
    assert "verdict" not in figures
    assert figures["handoff"] == 0.0  # marked and not found
    assert list(mean_figures([figures])) == [name for name in NAMES if name in figures]
