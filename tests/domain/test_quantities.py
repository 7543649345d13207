"""Quantities are found and normalised, in the notations that business papers and mail use."""

from __future__ import annotations

import time

import pytest

from domain.quantities import values_in

#: Processor seconds that one adversarial text of about 100,000 characters may take; wall time would count other processes too.
SECONDS = 2.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("above EUR 500", [("money", 500, "EUR")]),
        ("5.000 € at most", [("money", 5000, "EUR")]),
        ("five thousand euro", [("money", 5000, "EUR")]),
        ("up to 12k USD", [("money", 12000, "USD")]),
        ("$7,500.50", [("money", 7500.5, "USD")]),
        ("1'250 CHF", [("money", 1250, "CHF")]),
        ("2.5 % or two percent", [("percent", 2.5, ""), ("percent", 2, "")]),
        ("within five business days", [("duration", 5, "business_day")]),
        ("on the next working day", [("duration", 1, "business_day")]),
        ("net-45 or T+2", [("duration", 45, "day"), ("duration", 2, "day")]),
        ("a fortnight before", [("duration", 2, "week")]),
        ("between 5 and 10 days", [("duration", 5, "day"), ("duration", 10, "day")]),
        ("three written quotes", [("count", 3, "quotes")]),
        ("by 6 pm or 16:30", [("time", "18:00", ""), ("time", "16:30", "")]),
        ("until 28 February 2026", [("date", "2026-02-28", "")]),
        ("December 1, 2025", [("date", "2025-12-01", "")]),
        ("on 31 February 2026", []),
        ("section 7.2 of the one agreement", []),
    ],
)
def test_quantities_are_normalised(text: str, expected: list[tuple[str, object, str]]) -> None:
    assert [(v.kind.value, v.value, v.unit) for v in values_in(text)] == expected


def test_a_date_without_a_year_takes_the_year_it_was_written_in() -> None:
    assert [v.value for v in values_in("by 28 February", year=2026)] == ["2026-02-28"]


def test_every_value_is_quoted_as_it_stands_in_the_text() -> None:
    text = "Pay EUR 3,400 within 30 days, less 2 %, by 16:00 on 2026-03-01."
    assert all(value.text in text for value in values_in(text))


def test_adversarial_text_takes_no_time() -> None:
    for text in ("1," * 20_000, "twenty " * 15_000, "5 to " * 20_000, "EUR " * 25_000, "a" * 100_000):
        started = time.process_time()
        values_in(text)
        assert time.process_time() - started < SECONDS, text[:10]
