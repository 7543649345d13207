"""A deadline is what a record says of one, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.deadline import deadline_in
from domain.quantities import values_in
from domain.record import RecordKind
from tests.contract.builders import record

DAY, AT = "2026-03-05", "2026-03-05T10:00:00+00:00"  # a Thursday


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("Open points are cleared within two business days.", "2026-03-09"),
        ("Dana decides within three days of receipt.", "2026-03-08"),
        ("Dana decides within 4 hours.", "2026-03-05T14:00:00+00:00"),
        ("The desk answers within one week.", "2026-03-12"),
        ("The desk answers no later than 2026-03-31.", "2026-03-31"),
        ("The desk answers before 16:00.", "2026-03-05"),
        ("Invoices are paid within 30 days of the invoice date.", None),
        ("Files are kept for 7 years.", None),
        ("The desk answered by 2026-01-31.", None),
        ("The desk answers within 20 years.", None),
        ("Invoices above EUR 500 must carry a number.", None),
    ],
)
def test_a_deadline_is_read_from_what_the_record_says(said: str, due: str | None) -> None:
    made = replace(record("x", said), values=values_in(said))
    found = deadline_in(made, as_of=DAY, at=AT)
    assert (found[0] if found else None) == due


def test_what_is_handed_over_at_a_time_of_day_is_due_on_that_day_and_a_rule_at_a_time_is_not() -> None:
    said = "At 15:30 the order desk sends the packing team the pick list."
    rule = replace(record("x", said), values=values_in(said))
    handoff = replace(rule, kind=RecordKind.HANDOFF, sender="order desk", receiver="packing team")
    assert deadline_in(handoff, as_of=DAY, at=AT) == (DAY, "At 15:30")
    assert deadline_in(rule, as_of=DAY, at=AT) is None


def test_hours_of_another_day_are_days() -> None:
    said = "Dana decides within 4 hours."
    found = deadline_in(replace(record("x", said), values=values_in(said)), as_of="2026-03-01", at=AT)
    assert found == ("2026-03-01", "within 4 hours")


def test_months_end_where_the_month_does() -> None:
    said = "The desk answers within one month."
    found = deadline_in(replace(record("x", said), values=values_in(said)), as_of="2026-01-31", at="2026-01-31T10:00:00+00:00")
    assert found == ("2026-02-28", "within one month")
