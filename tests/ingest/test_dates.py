"""Dates in the notations that papers use, and which of them is the day of issue, of effect and of the last signature."""

from __future__ import annotations

import time

import pytest

from ingest.dates import dates_of, day_comes_first, iso_date, signed_on

MADE = "This Agreement is made on 1 February 2024 between Arbel Ltd and Corran Ltd.\n\n1. Nothing.\n\n"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-03-03", "2024-03-03"),
        ("3 March 2024", "2024-03-03"),
        ("March 3rd, 2024", "2024-03-03"),
        ("this 3rd day of March, 2024", "2024-03-03"),
        ("the third day of March two thousand and twenty-four", "2024-03-03"),
        ("the twenty-first day of June, nineteen hundred and ninety-eight", "1998-06-21"),
        ("Thirtieth of May 2024", "2024-05-30"),
        ("3. März 2024", "2024-03-03"),
        ("1er août 2024", "2024-08-01"),
        ("14 décembre 2023", "2023-12-14"),
        ("03.04.2025", "2025-04-03"),
        ("25/04/2025", "2025-04-25"),
        ("04/25/2025", "2025-04-25"),
        ("04/04/2025", "2025-04-04"),
        ("03/04/2025", None),
        ("March 2024", None),
        ("31 February 2025", None),
        ("1.2.3.2024 is a section", None),
    ],
)
def test_a_date_is_read_in_any_notation_or_not_at_all(text: str, day: str | None) -> None:
    assert iso_date(text) == day


def test_the_order_of_day_and_month_is_told_by_another_date_of_the_same_document() -> None:
    assert day_comes_first("Issued 03/04/2025, next review 25/04/2025") is True
    assert day_comes_first("Issued 03/04/2025, next review 04/25/2025") is False
    assert day_comes_first("25/04/2025 and 04/25/2025") is day_comes_first("03/04/2025") is None
    assert iso_date("03/04/2025", day_first=True) == "2025-04-03"
    assert iso_date("03/04/2025", day_first=False) == "2025-03-04"
    assert dates_of("Issued: 03/04/2025\nEffective: 25/04/2025", day_first=True) == ("2025-04-03", "2025-04-25")


@pytest.mark.parametrize(
    ("closing", "day"),
    [
        ("Signed for Arbel: A. Moe\nDate: 3 March 2024\n\nSigned for Corran: B. Loe\nDate: 9 March 2024", "2024-03-09"),
        ("By: ______\nName: B. Loe\nDate: March 4, 2024", "2024-03-04"),
        ("Executed by the parties this 3rd day of March, 2024.", "2024-03-03"),
        ("IN WITNESS WHEREOF, the parties have caused this Agreement to be executed as of March 5, 2024.", "2024-03-05"),
        ("IN WITNESS WHEREOF the parties have signed this Agreement on the day and year first above written.", "2024-02-01"),
        ("The goods arrive. Date: 3 March 2025", None),
        ("", None),
    ],
)
def test_the_latest_signature_counts(closing: str, day: str | None) -> None:
    assert signed_on(MADE + closing) == day


def test_long_and_hostile_texts_take_no_time() -> None:
    for text in ("1 " * 50_000, "in witness whereof " * 5_000, "twenty " * 14_000, "dated : " * 12_000, "signed and " * 9_000):
        before = time.process_time()
        dates_of(text)
        signed_on(text)
        day_comes_first(text)
        assert time.process_time() - before < 0.5
