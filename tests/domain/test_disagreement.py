"""Two records on one matter: whether they can both hold, and which goes first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.disagreement import disagreement, may_meet
from domain.passage import Place
from domain.record import Documentation, Evidence, EvidenceRole, Record, RecordKind, Recurrence, Status
from domain.span import Span
from domain.statement import Citation, Modality, ScopeItem
from domain.value import Value, ValueKind


def record(record_id: str, days: int = 0, **changes: object) -> Record:
    text = f"Invoices are paid within {days} days."
    values = (Value(ValueKind.DURATION, days, "day", f"{days} days"),) if days else ()
    citation = Citation(f"doc_{record_id}", f"{record_id}.md", Span(0, len(text)), text, Place())
    made = Record(
        id=record_id, kind=RecordKind.RULE, statement=text, modality=Modality.OBLIGATION, subject="accounts payable", action="pay",
        evidence=(Evidence(citation, EvidenceRole.STATES),), documentation=Documentation.DOCUMENTED, recurrence=Recurrence.STANDING,
        authority=4, authority_reason="formal document (policy)", status=Status.PROPOSED, confidence=0.9, values=values,
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def about(*names: str) -> tuple[ScopeItem, ...]:
    return tuple(ScopeItem("party", name) for name in names)


POLICY = record("a", 30)
MAIL = {"authority": 2, "authority_reason": "employee, authenticated domain"}
EXCEPTION = {"kind": RecordKind.EXCEPTION, "overrides": "a", "scope": about("Kestrel")}


@pytest.mark.parametrize(
    ("other", "first", "why"),
    [
        (
            record("b", 60, **MAIL, **EXCEPTION),
            "b",
            "explicit override: the first is an exception to the second, on less authority: employee",
        ),
        (record("b", 60, **EXCEPTION), "b", "explicit override: the first is an exception to the second"),
        (record("b", 60, **MAIL), "a", "authority: formal document (policy) before employee"),
        (record("b", 45, scope=about("Kestrel")), "b", "specificity: the first is about Kestrel"),
        (record("b", 45, kind=RecordKind.EXCEPTION), "b", "specificity: an exception before a rule"),
        (record("b", 45), "a", "open:"),
    ],
)
def test_which_goes_first(other: Record, first: str, why: str) -> None:
    for found in (disagreement(POLICY, other), disagreement(other, POLICY)):
        assert found is not None
        assert found.records[0] == first
        assert found.precedence.startswith(why)


def test_the_later_goes_first_where_nothing_else_tells() -> None:
    found = disagreement(replace(POLICY, valid_from="2025-01-01"), record("b", 45, valid_from="2026-01-01"))
    assert found is not None and found.records == ("b", "a")
    assert found.precedence == "recency: 2026-01-01 before 2025-01-01"


def test_what_they_disagree_on_is_named_as_it_is_written() -> None:
    found = disagreement(POLICY, record("b", 45))
    assert found is not None and found.on == "duration: 30 days or 45 days"


@pytest.mark.parametrize(
    "other",
    [
        record("b", 30),
        record("b", values=(Value(ValueKind.MONEY, 500, "EUR", "EUR 500"),)),
        record("b", 45, superseded_by="a"),
        record("b", 45, valid_to="2025-12-31"),
    ],
)
def test_what_can_both_hold_is_no_conflict(other: Record) -> None:
    assert disagreement(replace(POLICY, valid_from="2026-01-01"), other) is None


def test_leave_against_a_ban_is_a_conflict_but_an_exception_to_its_own_rule_is_none() -> None:
    ban, leave = record("a", modality=Modality.PROHIBITION), record("b", modality=Modality.PERMISSION)
    found = disagreement(ban, leave)
    assert found is not None and set(found.on.split(" or ")) == {"prohibition", "permission"}
    assert disagreement(ban, replace(leave, **EXCEPTION)) is None  # type: ignore[arg-type]


def test_names_must_overlap() -> None:
    kestrel, hallet = (record("a", 30, scope=about(name)) for name in ("Kestrel Metals", "Hallet Glass"))
    assert not may_meet(kestrel, hallet)
    assert may_meet(kestrel, record("b", 45, scope=about("kestrel")))
    assert may_meet(kestrel, record("b", 45))
