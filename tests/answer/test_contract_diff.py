"""What changed in a contract, and what of it breaks those who send."""

from __future__ import annotations

from dataclasses import replace

import pytest

from answer.contract_diff import ContractChange, contract_diff
from answer.contracts import Contract, contract_of
from domain.record import Record, StoredRecord
from domain.statement import HandoffField
from tests.answer.contract_papers import DAY, LIMIT, SIGNED, handoff, held


def made(*others: Record, of: Record) -> Contract:
    return contract_of(StoredRecord(of, 3), held(*others), DAY)


def told(before: Contract, after: Contract) -> list[tuple[str, str | None, bool]]:
    return [(change.what, change.field, change.breaking) for change in contract_diff(before, after)]


AMOUNT = handoff(HandoffField("amount"))


def test_the_same_contract_has_no_changes() -> None:
    assert contract_diff(made(LIMIT, of=AMOUNT), made(LIMIT, of=AMOUNT)) == ()


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((HandoffField("note", False),), (HandoffField("note"),), [("became_required", "note", True)]),
        ((HandoffField("note"),), (HandoffField("note", False),), [("became_optional", "note", False)]),
        ((HandoffField("note"),), (HandoffField("note"), HandoffField("due date")), [("field_added", "due_date", True)]),
        ((HandoffField("note"),), (HandoffField("note"), HandoffField("due date", False)), [("field_added", "due_date", False)]),
        ((HandoffField("note"), HandoffField("due date")), (HandoffField("note"),), [("field_removed", "due_date", True)]),
        ((HandoffField("Order number"),), (HandoffField("order-number"),), [("title_changed", "order_number", False)]),
    ],
)
def test_fields(before: tuple[HandoffField, ...], after: tuple[HandoffField, ...], expected: list[tuple[str, str, bool]]) -> None:
    assert told(made(of=handoff(*before)), made(of=handoff(*after))) == expected


def test_limits() -> None:
    lower = replace(LIMIT, statement=LIMIT.statement.replace("10,000", "9,000"))
    strict = replace(LIMIT, statement="The amount on the payment run list must be below EUR 10,000.")
    none, one, less, below = (made(*others, of=AMOUNT) for others in ((), (LIMIT,), (lower,), (strict,)))
    assert contract_diff(none, one) == (
        ContractChange("limit_added", "amount", True, None, "maximum 10000 EUR", ("rec_handoff", "rec_limit")),
    )
    assert told(one, less) == told(one, below) == [("limit_narrowed", "amount", True)]
    assert told(less, one) == told(below, one) == [("limit_widened", "amount", False)]
    assert told(one, none) == [("limit_removed", "amount", False)]
    dollars = replace(LIMIT, statement=LIMIT.statement.replace("EUR", "USD"))
    assert told(one, made(dollars, of=AMOUNT))[0] == ("unit_changed", "amount", True)


def test_a_type_that_a_record_now_tells_is_narrower() -> None:
    limit = replace(LIMIT, statement="The budget on the payment run list must not exceed EUR 10,000.")
    budget = handoff(HandoffField("budget"))
    assert ("type_changed", "budget", True) in told(made(of=budget), made(limit, of=budget))


def test_ends_and_descriptions_break_nothing() -> None:
    other = replace(AMOUNT, receiver="Dana Whitcombe", channel=None)
    assert told(made(of=AMOUNT), made(SIGNED, of=other)) == [
        ("channel_changed", None, False), ("clause_added", None, False), ("to_changed", None, False)
    ]  # fmt: skip
