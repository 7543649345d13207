"""A sentence is taken apart: who, what, on which conditions, who decides, from when and until when."""

from __future__ import annotations

import pytest

from domain.document import BlockKind
from domain.passage import Passage, Place
from domain.quantities import values_in
from domain.span import Span
from extract.parts import conditions_of, handler_of, handoff_of, only_forbids, subject_of
from extract.periods import period_of
from extract.syntax import Sentence, Syntax


@pytest.fixture(scope="module")
def syntax() -> Syntax:
    return Syntax()


def parsed(syntax: Syntax, text: str) -> Sentence:
    [sentence] = syntax.sentences([Passage("p", "d", Span(0, len(text)), text, BlockKind.PARAGRAPH, Place())])
    return sentence


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("The warehouse clerk must count every pallet.", "warehouse clerk"),
        ("Every delivery must be checked by the shift leader before noon.", "shift leader"),
        ("We never ask them for it.", ""),
    ],
)
def test_the_subject_is_who_is_bound(syntax: Syntax, text: str, subject: str) -> None:
    assert subject_of(parsed(syntax, text).tree) == subject


def test_a_comparison_becomes_a_test_that_code_can_evaluate() -> None:
    text = "Orders above EUR 500 need two signatures."
    [test] = [c.test for c in conditions_of(text, values_in(text)) if c.test]
    assert (test.fact, test.op, test.value, test.unit) == ("amount", ">", 500.0, "EUR")


@pytest.mark.parametrize(
    ("text", "handler"),
    [
        ("Larger sums must be approved by the Finance Director.", "Finance Director"),
        ("Not without Dana Whitcombe's OK.", "Dana Whitcombe"),
        ("The gate closes at six.", None),
    ],
)
def test_the_handler_is_named_or_none(text: str, handler: str | None) -> None:
    assert handler_of(text) == handler


def test_a_handoff_has_two_ends_an_artifact_and_fields(syntax: Syntax) -> None:
    text = "Every evening the shop sends the bakery an order sheet by e-mail with product, quantity and pick-up time."
    handoff = handoff_of(parsed(syntax, text).tree, text)
    assert handoff is not None
    assert (handoff.sender, handoff.receiver, handoff.channel) == ("shop", "bakery", "e-mail")
    assert "sheet" in handoff.artifact
    assert [field.name for field in handoff.fields] == ["product", "quantity", "pick-up time"]


@pytest.mark.parametrize(
    ("text", "written", "period"),
    [
        ("This holds until 28 February 2026.", "2026-01-05", (None, "2026-02-28")),
        ("From 1 March 2026 the limit is higher.", "2026-01-05", ("2026-03-01", None)),
        ("Between 15 December and 5 January nothing goes out.", "2025-12-01", ("2025-12-15", "2026-01-05")),
        ("Until the end of April it may wait.", "2026-02-01", (None, "2026-04-30")),
        ("Nothing here is dated.", "2026-02-01", (None, None)),
    ],
)
def test_periods_are_read_from_the_text(text: str, written: str, period: tuple[str | None, str | None]) -> None:
    assert period_of(text, written_on=written) == period


def test_a_sentence_is_split_and_keeps_its_exact_place(syntax: Syntax) -> None:
    text = "Call Mr. Hale of Acme Inc. first. Then ship."
    sentences = syntax.sentences([Passage("p", "d", Span(100, 100 + len(text)), text, BlockKind.PARAGRAPH, Place())])
    assert [s.text for s in sentences] == ["Call Mr. Hale of Acme Inc. first.", "Then ship."]
    assert [s.span for s in sentences] == [Span(100, 133), Span(134, 144)]


@pytest.mark.parametrize(
    "text",
    [
        "Unsold bags may not be returned and no credit is due for them.",
        "Nobody may open the valve.",
        "No driver may enter the hall.",
        "Smoking is not allowed.",
        "Keys can't leave the house.",
    ],
)
def test_negatives_alone_give_no_leave(text: str) -> None:
    assert only_forbids(text)


@pytest.mark.parametrize(
    "text",
    ["A clerk need not sign, and may pay at once.", "He may not sign, but he may pay.", "They do not need a form; an e-mail is enough."],
)
def test_leave_beside_a_negative_stays_leave(text: str) -> None:
    assert not only_forbids(text)
