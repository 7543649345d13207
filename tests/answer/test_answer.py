"""A case is answered by the record that decides it, and honestly where none does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from answer.answer import Asked, Candidate, answer, library_of
from answer.applicability import judge
from answer.facts import case_of
from domain.access import LOCAL
from domain.passage import Place
from domain.question import Applies, ContextAnswer, Question, Verdict
from domain.record import Documentation, Evidence, EvidenceRole, Record, RecordKind, Recurrence, Status, StoredRecord
from domain.span import Span
from domain.statement import Citation, Condition, Modality, ScopeItem, Test
from service.ask import context
from service.present import answer_json
from tests.conftest import DemoCompany

RULE = "Every invoice above EUR 500 must carry a purchase order number."
EXCEPTION = "Invoices of Hallet Glass are paid without a purchase order number."


def record(record_id: str, kind: RecordKind, text: str, **changes: object) -> Record:
    citation = Citation("doc_1", "policy.md", Span(0, len(text)), text, Place())
    base = Record(
        id=record_id, kind=kind, statement=text, modality=Modality.OBLIGATION, subject="clerk", action="pay",
        evidence=(Evidence(citation, EvidenceRole.STATES),), documentation=Documentation.DOCUMENTED, recurrence=Recurrence.STANDING,
        authority=4, authority_reason="formal document (policy)", status=Status.PROPOSED, confidence=0.9, vector=(1.0, 0.0),
    )  # fmt: skip
    return replace(base, **changes)  # type: ignore[arg-type]


LIMIT = (Condition("above EUR 500", test=Test("amount", ">", 500.0, "EUR")),)
RULE_RECORD = record("rec_rule", RecordKind.RULE, RULE, conditions=LIMIT)
EXCEPTION_RECORD = record(
    "rec_exception", RecordKind.EXCEPTION, EXCEPTION, modality=Modality.PERMISSION, overrides="rec_rule",
    scope=(ScopeItem("party", "Hallet Glass"),), documentation=Documentation.UNDOCUMENTED, authority=2,
)  # fmt: skip


def ask(question: Question, *records: Record) -> ContextAnswer:
    library = library_of(7, {r.id: StoredRecord(r, 1) for r in records})
    return answer(question, Asked((1.0, 0.0)), [Candidate(r.id, 1.0) for r in records], library)


def question(task: str, **facts: str | None) -> Question:
    return Question(task, tuple(facts.items()), "2026-03-01")


def test_an_exception_that_applies_goes_before_the_rule_it_overrides() -> None:
    result = ask(
        question("Pay the Hallet Glass invoice, which has no purchase order number.", vendor="Hallet Glass", amount="EUR 900"),
        RULE_RECORD,
        EXCEPTION_RECORD,
    )
    assert [g.stored.record.id for g in result.governing] == ["rec_exception", "rec_rule"]
    assert result.governing[1].overridden_by == "rec_exception"
    assert result.verdict is Verdict.ALLOWED


def test_another_party_s_exception_does_not_decide() -> None:
    result = ask(
        question("Pay the Marlow Steel invoice, which has no purchase order number.", vendor="Marlow Steel", amount="EUR 900"),
        RULE_RECORD,
        EXCEPTION_RECORD,
    )
    assert result.governing[0].stored.record.id == "rec_rule"
    assert result.verdict is Verdict.NOT_ALLOWED


def test_a_missing_amount_is_asked_for_and_the_verdict_is_unknown() -> None:
    result = ask(question("Pay the Marlow Steel invoice, which has no purchase order number.", vendor="Marlow Steel"), RULE_RECORD)
    assert result.verdict is Verdict.UNKNOWN
    assert result.missing_facts == ("amount",)


def test_what_search_missed_is_found_by_its_topic() -> None:
    near, far = (bytes([127, 0]), bytes([0, 127]))
    records = replace(RULE_RECORD, topic=far), replace(EXCEPTION_RECORD, topic=near, scope=())
    library = library_of(7, {r.id: StoredRecord(r, 1) for r in records})
    result = answer(question("Pay an invoice that has no number."), Asked((1.0, 0.0), near), [Candidate("rec_rule", 1.0)], library)
    assert {g.stored.record.id for g in result.governing} == {"rec_rule", "rec_exception"}


def test_nothing_in_store_means_unknown() -> None:
    result = ask(question("Repaint the lobby."))
    assert (result.verdict, result.governing) == (Verdict.UNKNOWN, ())


def test_claimed_and_rejected_records_are_never_served_by_default() -> None:
    claimed = replace(EXCEPTION_RECORD, status=Status.CLAIMED)
    rejected = replace(RULE_RECORD, status=Status.REJECTED)
    assert ask(question("Pay the Hallet Glass invoice.", amount="EUR 900"), claimed, rejected).governing == ()


@pytest.mark.parametrize(("day", "applies"), [("2026-01-31", Applies.NO), ("2026-02-15", Applies.YES), ("2026-03-01", Applies.NO)])
def test_a_record_applies_only_within_its_period(day: str, applies: Applies) -> None:
    dated = replace(EXCEPTION_RECORD, valid_from="2026-02-01", valid_to="2026-02-28")
    assert judge(dated, case_of(question("Pay Hallet Glass.", vendor="Hallet Glass")), day).applies is applies


def test_conditions_are_tested_against_facts_with_their_currency() -> None:
    below, above, other = (case_of(question("Pay it.", amount=amount)) for amount in ("EUR 400", "EUR 600", "USD 600"))
    assert judge(RULE_RECORD, below, "2026-03-01").applies is Applies.NO
    assert judge(RULE_RECORD, above, "2026-03-01").applies is Applies.YES
    assert judge(RULE_RECORD, other, "2026-03-01").applies is Applies.UNKNOWN


def test_a_freeze_governs_a_day_within_it_that_is_asked_about_before() -> None:
    freeze = record(
        "rec_f", RecordKind.EXCEPTION, "No dental cleanings are booked over Christmas.", valid_from="2025-12-20", valid_to="2026-01-05"
    )
    booked = question("Book a cleaning.", date="2025-12-22")
    assert judge(freeze, case_of(booked), "2025-12-01").applies is Applies.YES
    assert judge(freeze, case_of(question("Book a cleaning.", date="2026-01-12")), "2025-12-01").applies is Applies.NO
    assert judge(replace(freeze, superseded_by="rec_g"), case_of(booked), "2026-01-12").applies is Applies.NO


def test_a_case_that_breaks_a_duty_s_own_measure_does_not_escape_the_duty() -> None:
    measure = (Condition("within 15 minutes", inferred=False, test=Test("duration", "<=", 15.0, "minute")),)
    duty = record("rec_d", RecordKind.RULE, "A P1 is answered within 15 minutes.", modality=Modality.OBLIGATION, conditions=measure)
    late = case_of(question("Answer the P1 after 30 minutes."))
    assert judge(duty, late, "2026-01-12").applies is Applies.YES
    leave = replace(duty, modality=Modality.PERMISSION)
    assert judge(leave, late, "2026-01-12").applies is Applies.NO


def test_the_same_question_at_the_same_revision_has_the_same_answer(demo_company: DemoCompany) -> None:
    asked = question("Pay an invoice that carries no purchase order number.", amount="GBP 610")
    answers = [answer_json(demo_company.app, LOCAL, context(demo_company.app, LOCAL, asked)) for _ in range(2)]
    assert answers[0] == answers[1]
    assert answers[0]["governing"]


def test_a_library_after_a_decision_is_the_library_made_anew() -> None:
    held = {r.id: StoredRecord(r, 1) for r in (RULE_RECORD, EXCEPTION_RECORD)}
    before = library_of(1, held)
    decided = {**held, RULE_RECORD.id: StoredRecord(replace(RULE_RECORD, status=Status.APPROVED), 2)}
    reworded = {**held, RULE_RECORD.id: StoredRecord(replace(RULE_RECORD, statement="Something else entirely."), 2)}
    for records in (decided, reworded, {RULE_RECORD.id: held[RULE_RECORD.id]}):
        kept, anew = library_of(2, records, before), library_of(2, records)
        assert (kept.words, kept.rarity) == (anew.words, anew.rarity)
        assert kept.topics.tolist() == anew.topics.tolist()
    assert library_of(2, decided, before).topics is before.topics
