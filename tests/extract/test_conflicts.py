"""Records of different papers that cannot both hold know of each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from domain.document import BlockKind, DocumentKind
from domain.quantities import values_in
from domain.record import Record
from domain.statement import Modality, ScopeItem, Statement
from extract.similarity import as_topic
from tests.extract.papers import DANA, mail, paper, records_of, said

POLICY = "Invoices are paid within 30 days."
CONTRACT = "Invoices of the supplier are paid within 45 days."
REPEAT = "The supplier is paid within 30 days."
OTHER = "A guest is met at the gate within 45 minutes."


def topic(matter: int, near: float = 1.0) -> bytes:
    """Two topics of one matter have ``near`` as their cosine with its axis; of different matters nothing in common."""
    vector = np.zeros(384, np.float32)
    vector[matter], vector[matter + 200] = near, (1.0 - near**2) ** 0.5
    return as_topic(vector)


def rule(path: str, text: str, on: bytes, *names: str, kind: DocumentKind = DocumentKind.POLICY) -> tuple[Statement, object]:
    document = paper(path, kind, [(BlockKind.PARAGRAPH, text)])
    made = said(document, text, rule=0.98, exception=0.02)
    scope = tuple(ScopeItem("party", name) for name in names)
    return replace(made, topic=on, values=values_in(text), modality=Modality.OBLIGATION, scope=scope), document


def made(*pairs: tuple[Statement, object]) -> list[Record]:
    return records_of([document for _, document in pairs], [statement for statement, _ in pairs])  # type: ignore[misc]


def rivals(records: Sequence[Record]) -> dict[str, list[str]]:
    names = {record.id: record.said for record in records}
    return {record.said: sorted(names[rival] for rival in record.rivals) for record in records}


def test_different_numbers_on_one_matter_know_of_each_other() -> None:
    found = rivals(made(rule("p.md", POLICY, topic(1)), rule("c.md", CONTRACT, topic(1, 0.8)), rule("g.md", OTHER, topic(2))))
    assert found == {POLICY: [CONTRACT], CONTRACT: [POLICY], OTHER: []}


@pytest.mark.parametrize("other", [rule("c.md", REPEAT, topic(1, 0.75)), rule("c.md", CONTRACT, topic(1, 0.5))])
def test_the_same_number_or_another_matter_is_no_conflict(other: tuple[Statement, object]) -> None:
    assert all(not against for against in rivals(made(rule("p.md", POLICY, topic(1)), other)).values())


def test_one_paper_does_not_contradict_itself() -> None:
    document = paper("p.md", DocumentKind.POLICY, [(BlockKind.PARAGRAPH, POLICY), (BlockKind.PARAGRAPH, CONTRACT)])
    statements = [
        replace(said(document, text, rule=0.98, exception=0.02), topic=topic(1, near), values=values_in(text), modality=Modality.OBLIGATION)
        for text, near in ((POLICY, 1.0), (CONTRACT, 0.8))
    ]
    assert all(not record.rivals for record in records_of([document], statements))


def test_a_mail_that_bends_a_policy_is_an_explicit_override_of_it() -> None:
    text = "Hallet we pay within 60 days."
    message = mail("m", DANA, text)
    bends = replace(said(message, text), topic=topic(1, 0.9), values=values_in(text), modality=Modality.OBLIGATION)
    records = made(rule("p.md", POLICY, topic(1)), (bends, message))
    assert rivals(records) == {POLICY: [text], text: [POLICY]}
    assert next(r for r in records if r.said == text).overrides == next(r.id for r in records if r.said == POLICY)
