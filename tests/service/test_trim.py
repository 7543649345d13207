"""An answer fits a budget, says what went, and never loses what decides."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from service.trim import size, trimmed


def record(number: int) -> dict[str, Any]:
    quotes = [{"quote": f"quote {number}.{i} " + "word " * 20} for i in range(3)]
    return {"id": f"rec_{number}", "documentation_check": {"nearest": [{"quote": "near " * 30}]}, "evidence": quotes}


ANSWER: dict[str, Any] = {
    "verdict": "allowed",
    "why": "Because.",
    "governing": [{"record": record(i), "overridden_by": None} for i in range(6)],
    "missing_facts": ["amount"],
    "ask": [{"who": "Dana", "about": "it"}],
    "conflicts": [],
    "passages": [{"quote": "passage " * 40} for _ in range(3)],
    "trimmed": [],
}
ORDER = ["passages", "nearest formal passages", "evidence after the first quote", "records that do not decide"]


@pytest.mark.parametrize("budget", [None, 100_000])
def test_what_fits_is_left_alone(budget: int | None) -> None:
    assert trimmed(ANSWER, budget) is ANSWER


@pytest.mark.parametrize("budget", range(100, size(ANSWER), 150))
def test_the_least_useful_goes_first_and_the_answer_says_what(budget: int) -> None:
    before = copy.deepcopy(ANSWER)
    cut = trimmed(ANSWER, budget)
    assert before == ANSWER
    assert cut["trimmed"] == ORDER[: len(cut["trimmed"])] != []
    assert size(cut) <= budget or cut["trimmed"] == ORDER
    assert {key: cut[key] for key in ("verdict", "why", "missing_facts", "ask", "conflicts")} == {
        key: ANSWER[key] for key in ("verdict", "why", "missing_facts", "ask", "conflicts")
    }
    assert cut["governing"][0]["record"]["evidence"][0] == ANSWER["governing"][0]["record"]["evidence"][0]


def test_no_more_goes_than_must() -> None:
    budget = size(ANSWER) - 60
    assert len(trimmed(ANSWER, budget)["passages"]) == 2
