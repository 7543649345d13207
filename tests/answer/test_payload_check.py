"""A payload is held against its contract; each violation says where, what was expected, on what it rests and what to do."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from answer.contract_schema import schema_of
from answer.contracts import contract_of
from answer.payload_check import violations_of
from domain.record import StoredRecord
from domain.statement import HandoffField
from tests.answer.contract_papers import DAY, FEWEST, LIMIT, NAMES, handoff, held

CONTRACT = contract_of(StoredRecord(handoff(), 3), held(LIMIT, FEWEST), DAY)
GOOD: dict[str, Any] = {
    "supplier": "Kestrel Metals",
    "invoice_number": "4711",
    "amount": {"amount": 120.5, "currency": "EUR"},
    "due_date": "2026-03-31",
    "pallet_count": 2,
    "contact_e_mail": "dana@northwell.example",
    "whether_it_was_paid": False,
    "meals": 3,
}


def wrong(**changed: object) -> list[tuple[str, str]]:
    return [(v.pointer, v.expected) for v in violations_of(CONTRACT, {**GOOD, **changed}, DAY)]


def test_a_good_payload_is_valid_here_and_for_any_reader_of_the_schema() -> None:
    assert violations_of(CONTRACT, GOOD, DAY) == ()
    assert Draft202012Validator(schema_of(CONTRACT, DAY)).is_valid(GOOD)


def test_names_are_matched_without_case_spaces_underscores_and_hyphens() -> None:
    loose = {"SUPPLIER" if key == "supplier" else key.replace("_", "-").title(): value for key, value in GOOD.items()}
    assert violations_of(CONTRACT, loose, DAY) == ()
    [found] = violations_of(CONTRACT, {**GOOD, "Invoice/Number": "x", "invoice_number": "", "more": {"a": 1}}, DAY)
    assert found.pointer == "/invoice_number"
    short = {key: value for key, value in GOOD.items() if key != "due_date"} | {"Due Date": "tomorrow"}
    assert [v.pointer for v in violations_of(CONTRACT, short, DAY)] == ["/Due Date"]


def test_a_null_is_a_missing_value() -> None:
    [found] = violations_of(CONTRACT, {**GOOD, "invoice_number": None}, DAY)
    assert (found.pointer, found.field, found.got) == ("/invoice_number", "invoice_number", "nothing")
    assert found.clause is not None and found.clause.stored.record.id == "rec_handoff"
    assert found.fix.startswith("Get the invoice number from clerk")
    optional = contract_of(StoredRecord(handoff(HandoffField("note", False)), 3), {}, DAY)
    assert violations_of(optional, {"note": None}, DAY) == violations_of(optional, {}, DAY) == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("supplier", " "), ("supplier", 7), ("invoice_number", 1.5), ("amount", "EUR 3"), ("amount", {"amount": 3}),
        ("amount", {"amount": 3, "currency": "euro"}), ("due_date", "2026-02-30"), ("due_date", "20260301"), ("due_date", "1 March"),
        ("pallet_count", "three"), ("pallet_count", True), ("pallet_count", float("nan")), ("contact_e_mail", "dana"),
        ("whether_it_was_paid", "maybe"), ("meals", []), ("meals", {}),
    ],
)  # fmt: skip
def test_a_value_of_another_form_is_one_violation_at_its_place(name: str, value: object) -> None:
    [(pointer, expected)] = wrong(**{name: value})
    assert pointer == f"/{name}"
    assert expected


def test_a_limit_is_held_with_its_own_record_as_the_reason() -> None:
    for sent in ({"amount": {"amount": 10_001, "currency": "EUR"}}, {"amount": 10_001, "Currency": "EUR"}):
        [found] = violations_of(CONTRACT, {**GOOD, **sent}, DAY)
        assert (found.pointer, found.expected) == ("/amount", "amount: at most 10000 EUR")
        assert found.clause is not None and found.clause.stored.record.id == LIMIT.id
    assert wrong(amount={"amount": 10_001, "currency": "SEK"}) == []  # no record says what that is in euros
    assert wrong(pallet_count=1) == [("/pallet_count", "pallet count: at least 2")]


def test_a_plain_sum_needs_a_currency_beside_it() -> None:
    assert wrong(amount=5) == [("/currency", "the currency of the sum beside it")]
    assert wrong(amount=5, currency="euro") == [("/currency", "a currency code of three capital letters")]
    assert wrong(amount=5, currency="EUR") == []


def test_two_values_under_two_spellings_are_a_violation() -> None:
    assert wrong(**{"Invoice Number": "4712"}) == [("/Invoice Number", "invoice number: one value")]
    assert wrong(**{"Invoice Number": "4711"}) == []


def test_what_is_no_object_is_one_violation_of_the_whole() -> None:
    for payload in (None, [], "x", 3, float("inf")):
        [found] = violations_of(CONTRACT, payload, DAY)
        assert found.pointer == ""


def deep(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = [{"amount": value}]
    return value


ODD = {
    "deep": deep(50_000), "long": "x" * 2_000_000, "large": 10**6_000, "small": -(10**6_000), "surrogate": "\ud800", "bytes": b"x",
    "numbered": {1: 2}, "infinite": float("-inf"), "foreign": object(),
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(ODD))
def test_no_value_is_too_deep_too_long_or_too_odd(kind: str) -> None:
    value = ODD[kind]
    for name in (*NAMES, "currency"):
        for violation in violations_of(CONTRACT, {**GOOD, name: value, "x" * 100_000: value}, DAY):
            "".join((violation.pointer, violation.expected, violation.got, violation.fix)).encode()


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("amount", "currency", "x")), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from((*NAMES, *GOOD, "currency", "Due-Date")) | st.text(max_size=8), _JSON, max_size=8) | _JSON)
def test_any_payload_gets_an_answer(payload: object) -> None:
    found = violations_of(CONTRACT, payload, DAY)
    missing = isinstance(payload, dict) and {"supplier", "invoice number"} - payload.keys()
    assert found or not missing
    assert all(v.pointer == "" or v.pointer.startswith("/") for v in found)
    assert all(v.fix.endswith(".") and v.expected for v in found)
