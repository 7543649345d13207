"""Whatever the ledger stores comes back equal, with the same types."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.document import Document
from domain.errors import Defect
from domain.passage import Passage
from domain.record import Record
from domain.statement import Statement
from domain.value import Value, ValueKind
from store import codec
from store.vectors import pack, rounded, unpack
from tests.contract.builders import full_document, full_record, full_statement, paper, record


def types_within(value: Any) -> Any:
    """The types of a value and of all inside it: ``1 == 1.0`` and ``(1,) != [1]``, so equality alone would not tell."""
    if is_dataclass(value):
        return type(value), [types_within(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, tuple):
        return tuple, [types_within(part) for part in value]
    return type(value)


@pytest.mark.parametrize("value", [full_document(), paper("a.txt", "One.", "Two.").reading.documents[0]])
def test_a_document_comes_back_as_it_was(value: Document) -> None:
    again = codec.load(Document, codec.dump(value))
    assert again == value
    assert types_within(again) == types_within(value)


def test_a_passage_comes_back_as_it_was() -> None:
    value = paper("a.txt", "One.").reading.passages[0]
    again = codec.load(Passage, codec.dump(value))
    assert again == value
    assert types_within(again) == types_within(value)


@pytest.mark.parametrize("value", [full_statement(), paper("a.txt", "One.").reading.statements[0]])
def test_a_statement_comes_back_as_it_was(value: Statement) -> None:
    again = codec.load_with_vector(Statement, codec.dump(value), pack(value.vector))
    assert again == value
    assert types_within(again) == types_within(value)


@pytest.mark.parametrize("value", [full_record(), record("one"), record("bare", vector=(), modality=None, subject=None, action=None)])
def test_a_record_comes_back_as_it_was(value: Record) -> None:
    again = codec.load_with_vector(Record, codec.dump(value), pack(value.vector))
    assert again == value
    assert types_within(again) == types_within(value)


def test_every_field_of_the_full_samples_is_filled() -> None:
    for sample in (full_record(), full_statement()):
        empty = [field.name for field in fields(sample) if getattr(sample, field.name) in (None, (), "")]
        assert not empty, f"{type(sample).__name__}: {empty}"


@given(st.one_of(st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False)))
def test_numbers_keep_their_kind(number: float | int) -> None:
    value = Value(ValueKind.COUNT, number, "copies", "some")
    again = codec.load(Value, codec.dump(value))
    assert again == value
    assert type(again.value) is type(value.value)


@given(st.text())
def test_any_text_that_can_be_encoded_is_kept(text: str) -> None:
    value = Value(ValueKind.DATE, text, "", text)
    try:
        text.encode()
    except UnicodeEncodeError:
        with pytest.raises(Defect):
            codec.dump(value)
    else:
        assert codec.load(Value, codec.dump(value)) == value


def test_equal_records_have_equal_text() -> None:
    assert codec.dump(full_record()) == codec.dump(full_record())


def test_what_was_stored_in_another_shape_is_our_own_defect() -> None:
    with pytest.raises(Defect):
        codec.load(Passage, '{"id": "pas_1"}')


@given(st.lists(st.floats(width=32, allow_nan=False), max_size=5))
def test_a_vector_comes_back_as_float32(numbers: list[float]) -> None:
    assert unpack(pack(numbers)) == tuple(numbers) == rounded(numbers)


def test_a_vector_takes_four_bytes_a_dimension() -> None:
    assert len(pack([math.pi] * 384)) == 1536
