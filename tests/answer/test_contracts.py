"""A handoff's contract states what its records state, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from answer.bounds import Bound, bound_in
from answer.contract_schema import schema_of
from answer.contracts import Contract, contract_of
from answer.field_types import FieldType, key_of, property_name, type_of_name
from answer.naming import place_of
from domain.record import Record, RecordKind, Status, StoredRecord
from domain.statement import HandoffField, Modality
from domain.value import ValueKind
from tests.answer.contract_papers import DAY, FEWEST, LIMIT, NEAR, ONLY_KESTREL, OTHER, SIGNED, handoff, held


def made(*others: Record, of: Record | None = None) -> Contract:
    return contract_of(StoredRecord(of or handoff(), 3), held(*others), DAY)


def shown(*others: Record, of: Record | None = None) -> dict[str, Any]:
    schema: dict[str, Any] = schema_of(made(*others, of=of), DAY)
    Draft202012Validator.check_schema(schema)
    return schema


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("amount", FieldType.MONEY), ("Invoice total", FieldType.MONEY), ("unit price", FieldType.MONEY),
        ("total weight", FieldType.SEVERAL),
        ("due date", FieldType.DATE), ("date foreseen", FieldType.DATE), ("start day", FieldType.DATE), ("days", FieldType.SEVERAL),
        ("quantity", FieldType.NUMBER), ("number of drums", FieldType.NUMBER), ("count of rejects", FieldType.NUMBER),
        ("head count", FieldType.NUMBER), ("discount", FieldType.TEXT), ("account", FieldType.TEXT),
        ("order number", FieldType.CODE), ("material code", FieldType.CODE), ("contact e-mail", FieldType.EMAIL),
        ("email address", FieldType.EMAIL), ("whether it was paid", FieldType.YES_NO), ("signed (yes/no)", FieldType.YES_NO),
        ("photographs", FieldType.SEVERAL), ("address", FieldType.TEXT), ("supplier", FieldType.TEXT),
    ],
)  # fmt: skip
def test_a_field_s_type_is_told_from_its_name(name: str, kind: FieldType) -> None:
    assert type_of_name(name) is kind


def test_a_property_s_name_is_stable_and_matched_loosely() -> None:
    assert [property_name(n) for n in ("Client's signature", "F-7", "Date foreseen", "§")] == [
        "clients_signature", "f_7", "date_foreseen", "field"
    ]  # fmt: skip
    assert key_of("Order_NUMBER") == key_of("order-number") == key_of("order number")


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("The amount must not exceed EUR 500.", Bound("maximum", 500, ValueKind.MONEY, "EUR")),
        ("The amount on each payment run list may never be more than EUR 500.", Bound("maximum", 500, ValueKind.MONEY, "EUR")),
        ("Amount must be at least 20.", Bound("minimum", 20, ValueKind.COUNT, "")),
        ("The amount must be below 30 kg.", Bound("exclusiveMaximum", 30, ValueKind.COUNT, "kg")),
        ("The amount must not be less than ten", Bound("minimum", 10, ValueKind.COUNT, "")),
        ("The amount must be more than 3", Bound("exclusiveMinimum", 3, ValueKind.COUNT, "")),
        ("The amount must not exceed EUR 500 unless Dana agrees.", None),
        ("If it is late, the amount must not exceed EUR 500.", None),
        ("The amount must not exceed five days.", None),
        ("The amount must not exceed the limit.", None),
        ("The net amount must not exceed EUR 500.", None),
        ("The amount is EUR 500.", None),
        ("The amount on the claim must not exceed EUR 500.", None),
    ],
)
def test_a_limit_is_read_where_a_sentence_says_exactly_that(text: str, bound: Bound | None) -> None:
    assert bound_in(text, "amount", "payment run list") == bound


def test_a_thing_is_not_what_is_called_after_it() -> None:
    assert place_of("Sign the pick lists today.", "the pick list") == (9, 19)
    assert place_of("Sign the pick list template.", "pick list") is None
    assert place_of("Sign the freight pick list.", "pick list") is None
    assert place_of("Sign it.", "the") is None


def test_each_field_is_a_property_that_cites_the_handoff() -> None:
    schema = shown()
    assert list(schema["properties"])[:4] == ["supplier", "invoice_number", "amount", "due_date"]
    assert schema["properties"]["invoice_number"]["title"] == "invoice number"
    assert schema["required"] == list(schema["properties"])
    assert schema["additionalProperties"] is True
    origin = schema["x-groundrule"]
    assert (origin["record"], origin["revision"], origin["from"], origin["to"]) == ("rec_handoff", 3, "clerk", "Head of Finance")
    assert origin["channel"] == "e-mail"
    assert [c["field"] for c in origin["clauses"]] == list(schema["properties"])
    for clause in origin["clauses"]:
        assert clause["citations"] == [
            {"path": "policies/ap.txt", "quote": handoff().evidence[0].citation.quote, "place": "1.1 1 Payment, p. 1"}
        ]


def test_an_optional_field_may_be_null_and_two_spellings_are_one_field() -> None:
    schema = shown(of=handoff(HandoffField("note", False), HandoffField("PO-number", False), HandoffField("po number")))
    assert schema["required"] == ["po_number"]
    assert {"type": "null"} in schema["properties"]["note"]["anyOf"]


def test_an_exact_limit_becomes_a_bound_and_anything_else_a_description() -> None:
    schema = shown(LIMIT, FEWEST, SIGNED)
    assert schema["properties"]["pallet_count"]["minimum"] == 2
    assert schema["properties"]["amount"]["allOf"][0]["then"] == {"properties": {"amount": {"maximum": 10000}}}
    assert "The Head of Finance must sign the payment run list. (rec_signed, policies/ap.txt" in schema["description"]
    keywords = {(c["record"], c["keyword"]) for c in schema["x-groundrule"]["clauses"] if c["keyword"] != "property"}
    assert keywords == {("rec_limit", "maximum"), ("rec_fewest", "minimum"), ("rec_signed", "description")}


@pytest.mark.parametrize(
    "other",
    [
        OTHER,
        NEAR,
        replace(LIMIT, status=Status.CLAIMED),
        replace(LIMIT, status=Status.REJECTED),
        replace(LIMIT, valid_to="2026-02-28"),
        replace(SIGNED, statement="The Head of Finance reads the payment run list."),
    ],
)
def test_a_record_about_another_thing_or_not_in_force_or_without_a_demand_is_no_clause(other: Record) -> None:
    assert made(other) == made()


@pytest.mark.parametrize(
    "others",
    [
        (ONLY_KESTREL,),
        (replace(LIMIT, modality=Modality.PERMISSION),),
        (replace(LIMIT, statement=f"[on Brennan] {LIMIT.statement}"),),
        (replace(LIMIT, kind=RecordKind.EXCEPTION),),
        (LIMIT, replace(ONLY_KESTREL, kind=RecordKind.EXCEPTION, overrides=LIMIT.id)),
    ],
)
def test_a_limit_that_does_not_bind_every_case_is_no_bound(others: tuple[Record, ...]) -> None:
    contract = made(*others)
    assert {c.keyword for c in contract.clauses if c.field == "amount"} == {"property", "description"}


def test_of_two_limits_the_tighter_is_tested_and_both_are_cited() -> None:
    loose = replace(LIMIT, id="rec_loose", statement="The amount on the payment run list must not exceed EUR 20,000.")
    contract = made(LIMIT, loose)
    bound = contract.clause("amount", "maximum")
    assert bound is not None and bound.stored.record.id == LIMIT.id
    assert any(c.stored.record.id == "rec_loose" and c.keyword == "description" for c in contract.clauses)


def test_a_limit_tells_the_type_of_a_field_whose_name_does_not() -> None:
    limit = replace(LIMIT, statement="The budget on the payment run list must not exceed EUR 10,000.")
    [field] = made(limit, of=handoff(HandoffField("budget"))).fields
    assert (field.type, field.unit) == (FieldType.MONEY, "EUR")
