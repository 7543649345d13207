"""Days and times of day are found as people write them."""

from __future__ import annotations

import time

import pytest

from domain.quantities import main_currency, values_in
from domain.value import ValueKind


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("not before half past eight", "08:30"),
        ("closed from quarter to four", "15:45"),
        ("between 8.15 and nothing else", "08:15"),
        ("the gate shuts at four.", "16:00"),
        ("ring before 11, please", "11:00"),
        ("until ten o'clock", "10:00"),
    ],
)
def test_clock_times_are_read_as_they_are_said(text: str, clock: str) -> None:
    assert [v.value for v in values_in(text) if v.kind is ValueKind.TIME] == [clock]


def test_a_number_after_a_preposition_is_no_time_where_a_noun_follows() -> None:
    assert not [v for v in values_in("at 12 sites and by 4 drivers, 2.50 EUR each") if v.kind is ValueKind.TIME]


@pytest.mark.parametrize(
    ("text", "near", "days"),
    [
        ("open to January 10", "2025-12-02T09:00:00+01:00", ["2026-01-10"]),
        ("until 28 February", "2026-02-01", ["2026-02-28"]),
        ("away from 7 to 22 Feb", "2026-01-20", ["2026-02-07", "2026-02-22"]),
        ("till the end of March", "2026-02-01", ["2026-03-31"]),
        ("since 20 December", "2026-01-05", ["2025-12-20"]),
    ],
)
def test_a_day_without_a_year_is_the_one_nearest_to_when_it_was_written(text: str, near: str, days: list[str]) -> None:
    assert [v.value for v in values_in(text, near=near) if v.kind is ValueKind.DATE] == days


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("net 25 days", [("duration", 25, "day")]),
        ("the sum is released after a year", [("duration", 1, "year")]),
        ("on every second day", [("duration", 2, "day")]),
        ("the eighth hour of 4-H Day", []),
        ("by the 25th", [("count", 25, "day of the month")]),
        ("twice in the yard", [("count", 2, "times")]),
        ("kept below 8 °C and under 30 km/h", [("count", 8, "°C"), ("count", 30, "km/h")]),
        ("Three quotations", [("count", 3, "quotations")]),
        ("half the fee", [("percent", 50, "")]),
        ("1.85 cent per litre", [("money", 0.0185, "EUR")]),
        ("R780 a bin", []),
    ],
)
def test_measures_are_normalised(text: str, expected: list[tuple[str, object, str]]) -> None:
    assert [(v.kind.value, v.value, v.unit) for v in values_in(text, currency="EUR")] == expected


def test_a_plain_sign_means_the_currency_of_its_paper() -> None:
    paper = "All sums are CAD. A call-out costs $40, a second one $25 CAD."
    assert main_currency(paper) == "CAD"
    assert [(v.value, v.unit) for v in values_in("above $40", currency="CAD")] == [(40, "CAD")]
    assert [(v.value, v.unit) for v in values_in("A bin costs R780.", currency="ZAR")] == [(780, "ZAR")]


def test_adversarial_text_takes_no_time() -> None:
    for text in ("at 1, " * 15_000, "half " * 20_000, "10 to " * 15_000, "end of " * 15_000, "1" * 100_000, "every " * 15_000):
        started = time.process_time()
        values_in(text, near="2026-01-01", currency="EUR")
        main_currency(text)
        assert time.process_time() - started < 2.0, text[:10]
