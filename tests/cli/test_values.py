"""Words of the command line become the values a program would have sent."""

from __future__ import annotations

import pytest

from cli.values import day_of, fact_of, facts_of, listed
from domain.errors import InvalidQuestion


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("", None),
        ("null", None),
        ("3400", 3400),
        ("-3", -3),
        ("0", 0),
        ("0.5", 0.5),
        ("true", True),
        ("false", False),
        ("0417", "0417"),
        ("EUR 3,400", "EUR 3,400"),
        ("1e5", "1e5"),
        ("nan", "nan"),
        ("2026-03-01", "2026-03-01"),
        ("9" * 30, "9" * 30),
    ],
)
def test_a_fact_is_absent_a_number_a_truth_or_text(word: str, value: object) -> None:
    assert fact_of(word) == value
    assert type(fact_of(word)) is type(value)


def test_facts_come_by_name_and_a_value_may_hold_an_equals_sign() -> None:
    assert facts_of(["vendor=A=B", "amount = 3"]) == (("amount", 3), ("vendor", "A=B"))


def test_a_day_is_a_day() -> None:
    assert day_of("2026-02-28") == "2026-02-28"
    assert len(day_of(None)) == 10
    for wrong in ("2026-02-30", "20260228", "2026-W09-1", "today", ""):
        with pytest.raises(InvalidQuestion):
            day_of(wrong)


def test_lists_are_repeated_or_have_commas() -> None:
    assert listed(["a,b", "c"]) == frozenset("abc")
    assert listed([]) is None
    assert listed([" , "]) is None
