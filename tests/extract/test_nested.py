"""An exception that takes back a part of another one bends that one, and not the rule."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.document import BlockKind, DocumentKind
from domain.record import Effect, Record
from domain.statement import Modality, Statement
from tests.extract.papers import DANA, mail, paper, records_of, said, vector_of

RULE = "Each reel rests two days in the hall before it is printed."
GIVES = "The Finnish reels may go at once, they come in a heated truck."
TAKES = "From first frost to last also the Finnish ones lie a day."
GIVES_AGAIN = "Even then the Finnish newsprint may go at once."


def modal(statement: Statement, modality: Modality) -> Statement:
    """All of them are about one matter."""
    return replace(statement, modality=modality, vector=vector_of(RULE))


def written(*lines: tuple[str, Modality]) -> dict[str, Record]:
    """Records of one paper, by their sentence; the first line is the rule."""
    document = paper("reels.pdf", DocumentKind.POLICY, [(BlockKind.PARAGRAPH, line) for line, _ in lines])
    statements = [modal(said(document, line), modality) for line, modality in lines]
    statements[0] = modal(said(document, lines[0][0], rule=0.98, exception=0.02), lines[0][1])
    return {record.statement: record for record in records_of([document], statements)}


def test_what_takes_back_bends_the_exception_before_it() -> None:
    found = written((RULE, Modality.OBLIGATION), (GIVES, Modality.PERMISSION), (TAKES, Modality.OBLIGATION))
    assert found[GIVES].overrides == found[RULE].id
    assert found[TAKES].overrides == found[GIVES].id
    assert found[TAKES].effect is Effect.TIGHTENS


def test_they_are_nested_three_deep_and_no_deeper() -> None:
    lines = [(RULE, Modality.OBLIGATION), (GIVES, Modality.PERMISSION), (TAKES, Modality.OBLIGATION), (GIVES_AGAIN, Modality.PERMISSION)]
    found = written(*lines, ("But in a strike the Finnish reels lie two days.", Modality.OBLIGATION))
    assert found[GIVES_AGAIN].overrides == found[TAKES].id
    assert found[GIVES_AGAIN].effect is Effect.LIFTS
    last = found["But in a strike the Finnish reels lie two days."]
    assert last.overrides == found[RULE].id


@pytest.mark.parametrize("between", ["The hall is cold.", "Nobody has counted the reels since the flood of 1990."])
def test_a_sentence_between_them_parts_the_two(between: str) -> None:
    document = paper("reels.pdf", DocumentKind.POLICY, [(BlockKind.PARAGRAPH, line) for line in (RULE, GIVES, between, TAKES)])
    rule = modal(said(document, RULE, rule=0.98, exception=0.02), Modality.OBLIGATION)
    statements = [rule, modal(said(document, GIVES), Modality.PERMISSION), modal(said(document, TAKES), Modality.OBLIGATION)]
    found = {record.statement: record for record in records_of([document], statements)}
    assert found[TAKES].overrides == found[RULE].id


def test_an_exception_in_another_direction_about_something_else_stands_by_itself() -> None:
    found = written((RULE, Modality.OBLIGATION), (GIVES, Modality.PERMISSION), ("Kraft paper lies a week.", Modality.OBLIGATION))
    assert found["Kraft paper lies a week."].overrides != found[GIVES].id


def test_in_a_message_the_two_stay_two_records() -> None:
    policy = paper("reels.pdf", DocumentKind.POLICY, [(BlockKind.PARAGRAPH, RULE)])
    message = mail("frost", DANA, f"{GIVES}\nNot the ones from Oulu though.")
    statements = [
        modal(said(policy, RULE, rule=0.98, exception=0.02), Modality.OBLIGATION),
        said(message, GIVES),
        replace(said(message, "Not the ones from Oulu though."), modality=Modality.PROHIBITION),
    ]
    records = records_of([policy, message], statements)
    gives, takes = (next(r for r in records if words in r.statement) for words in (GIVES, "Oulu"))
    assert (takes.overrides, takes.effect) == (gives.id, Effect.TIGHTENS)
