"""Which record continues which: near the same words in the same file, or the same place; never a guess."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.passage import Place
from domain.record import Evidence, Record, RecordKind
from store.successor import overlap, same_words, successor
from tests.contract.builders import record

RULE = "Every invoice above EUR 500 must carry a purchase order number."


def said(name: str, quote: str, *, clause: str | None = None, message: str | None = None, path: str = "ap.txt") -> Record:
    made = record(name, quote)
    place = Place((), clause, message_id=message)
    citation = replace(made.evidence[0].citation, place=place, path=path)
    return replace(made, evidence=(Evidence(citation, made.evidence[0].role),))


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("A b c", "a, b: C!", 1.0),
        ("a b", "c d", 0.0),
        ("a b c d", "a b c e", 0.75),
        ("5,000", "5.000", 0.0),
        ("", "", 1.0),
        ("a a a", "a", 0.5),
    ],
)
def test_overlap_counts_words_and_nothing_else(one: str, other: str, shared: float) -> None:
    assert overlap(one, other) == pytest.approx(shared)


def test_a_changed_number_makes_no_other_norm() -> None:
    new = said("new", RULE.replace("above EUR 500", "above EUR 1,000") + " It names the buyer and the cost centre.", clause="9")
    near = said("near", RULE.replace("500", "1,000"))
    assert successor(said("old", RULE), [new, near]) == near
    assert not same_words(said("old", RULE), near)
    assert same_words(said("old", RULE), said("moved", RULE.upper()))


def test_in_the_same_clause_fewer_words_in_common_will_do() -> None:
    new = said("new", "Every invoice above EUR 750 must carry an order number.", clause="3.1")
    assert successor(said("old", RULE, clause="3.1"), [new]) == new
    assert successor(said("old", RULE, clause="3.2"), [new]) is None
    assert successor(said("old", RULE, clause="3.1"), [said("moved", "Guards lock the gate.", clause="3.1")]) is None


def test_without_a_clause_or_heading_a_place_says_nothing() -> None:
    assert successor(said("old", RULE), [said("new", "Every invoice above EUR 750 must carry an order number.")]) is None


def test_a_message_is_a_place() -> None:
    new = said("new", "Every invoice above EUR 750 must carry an order number.", message="m1")
    assert successor(said("old", RULE, message="m1"), [new]) == new
    assert successor(said("old", RULE, message="m2"), [new]) is None


def test_two_that_are_near_or_none_of_the_kind_or_file_is_nobody() -> None:
    old = said("old", RULE)
    near = said("a", RULE.replace("500", "600"))
    assert successor(old, [near, said("b", RULE.replace("500", "700"))]) is None
    assert successor(old, [replace(near, kind=RecordKind.EXCEPTION)]) is None
    assert successor(old, [said("a", RULE, path="other.txt")]) is None
