"""What the deciding record makes of a task: leave, ban, duty, limits, and who must agree."""

from __future__ import annotations

from dataclasses import replace

import pytest

from answer.applicability import Judgement
from answer.facts import case_of
from answer.verdict import verdict_of
from domain.quantities import values_in
from domain.question import Applies, Question, Verdict
from domain.record import Record, RecordKind
from domain.statement import Modality
from tests.answer.test_answer import EXCEPTION_RECORD, RULE_RECORD

APPLIES, NOT = Judgement(Applies.YES, (), 1.0), Judgement(Applies.NO, (), 0.0)


def duty(text: str, **changes: object) -> Record:
    return replace(RULE_RECORD, statement=text, values=values_in(text), conditions=(), **changes)  # type: ignore[arg-type]


def leave(text: str) -> Record:
    return replace(EXCEPTION_RECORD, statement=text, values=values_in(text))


def judged(record: Record, task: str, judgement: Judgement = APPLIES, **facts: str | None) -> Verdict:
    return verdict_of(record, judgement, case_of(Question(task, tuple(facts.items()), "2026-03-01")), task)


@pytest.mark.parametrize(
    ("task", "verdict"),
    [
        ("Pay the Hallet Glass invoice, which has no purchase order number.", Verdict.ALLOWED),
        ("Reject the Hallet Glass invoice because it has no purchase order number.", Verdict.NOT_ALLOWED),
        ("Pay Hallet Glass; the invoice has no number, so I would normally refuse it.", Verdict.ALLOWED),
        ("Charge Hallet Glass the fee for invoices without a number.", Verdict.NOT_ALLOWED),
    ],
)
def test_who_has_leave_may_use_it_and_may_not_be_denied_it(task: str, verdict: Verdict) -> None:
    assert judged(EXCEPTION_RECORD, task) is verdict
    assert judged(EXCEPTION_RECORD, task, NOT) is Verdict.NOT_ALLOWED


@pytest.mark.parametrize(
    ("asked", "verdict"), [("$12,000", Verdict.ALLOWED), ("$15,000", Verdict.ALLOWED), ("$19,000", Verdict.NOT_ALLOWED)]
)
def test_leave_goes_up_to_its_limit(asked: str, verdict: Verdict) -> None:
    record = leave("The Director may open a code at risk for up to $15,000.")
    assert judged(record, f"Open a code at risk with {asked} for a new project.") is verdict


def test_a_ban_forbids_where_it_applies() -> None:
    ban = duty("No truck waits at the dock.", modality=Modality.PROHIBITION)
    assert judged(ban, "Let the Kestrel truck wait at the dock.") is Verdict.NOT_ALLOWED
    assert judged(ban, "Let the Kestrel truck wait at the dock.", NOT) is Verdict.ALLOWED


@pytest.mark.parametrize(
    ("task", "verdict"),
    [
        ("Pay the Ferrolane invoice 30 days after its date.", Verdict.ALLOWED),
        ("Pay the Ferrolane invoice 60 days after its date.", Verdict.NOT_ALLOWED),
        ("Pay the Ferrolane invoice without looking at its date.", Verdict.NOT_ALLOWED),
    ],
)
def test_a_duty_with_a_limit_allows_what_keeps_it(task: str, verdict: Verdict) -> None:
    assert judged(duty("Each Ferrolane invoice is paid within 45 days of its date."), task) is verdict


def test_what_a_duty_asks_for_is_required_and_anything_else_stands_against_it() -> None:
    record = duty("The excess is deducted from every settlement.")
    assert judged(record, "The excess is deducted from the settlement.") is Verdict.REQUIRED
    assert judged(record, "Settle the claim of the cello player in full.") is Verdict.NOT_ALLOWED


def test_whose_agreement_a_duty_asks_for_is_asked_unless_it_is_there() -> None:
    record = duty("Credit notes above EUR 2,000 are approved by the Finance Manager.", handler="Finance Manager", kind=RecordKind.RULE)
    assert judged(record, "Pass a credit note of EUR 4,600.") is Verdict.NEEDS_APPROVAL
    assert judged(record, "Pass a credit note of EUR 4,600.", approved_by="Finance Manager") is not Verdict.NEEDS_APPROVAL
