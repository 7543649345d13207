"""A statement's topic lies near the rule that it bends and near other tellings of its norm, whatever words they use."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.document import BlockKind, DocumentKind
from domain.statement import Statement
from extract.similarity import as_topic, topics
from extract.statements import Extractor
from ingest.passages import passages_of
from tests.extract.papers import OLE, OWN, mail, paper, said

RULES = (
    "Visitors must sign the register at the gate and wear a badge.",
    "The petty cash box must be counted every Friday by two people.",
    "Forklifts must be charged in the battery bay only.",
    "Every order above EUR 500 must be approved by the plant manager before it is placed.",
)
BENDS = {
    "Old Mr Harms never signs in, we just wave him through.": 0,
    "Sanna may count the till on her own while Ole is on leave.": 1,
    "The small stacker can stay plugged in by the ramp overnight.": 2,
    "Sealing rings I order without asking anybody, even when they come to 800.": 3,
}


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor(own_domains=OWN)


@pytest.fixture(scope="module")
def rules(extractor: Extractor) -> list[Statement]:
    policy = paper("policies/site.txt", DocumentKind.POLICY, [(BlockKind.PARAGRAPH, rule) for rule in RULES])
    return list(extractor.extract(policy, passages_of(policy)).statements)


def test_every_rule_has_a_topic_of_unit_length(rules: list[Statement]) -> None:
    assert [s.citation.quote for s in rules] == list(RULES)
    assert (topics(rules) ** 2).sum(1) == pytest.approx(1.0, abs=1e-4)
    assert all(len(s.topic) == 384 for s in rules)


def test_most_exceptions_are_nearest_to_the_rule_they_bend(extractor: Extractor, rules: list[Statement]) -> None:
    nearest = []
    for text in BENDS:
        message = mail("m1", OLE, text, subject="how we do it here")
        [statement] = extractor.extract(message, passages_of(message)).statements
        nearest.append(int((topics(rules) @ topics([statement])[0]).argmax()))
    assert sum(near == bent for near, bent in zip(nearest, BENDS.values(), strict=True)) >= len(BENDS) - 1


def test_a_topic_keeps_its_direction_in_a_byte_a_number() -> None:
    statement = said(mail("m1", OLE, "Fine by me."), "Fine by me.")
    vector = topics([statement])[0]  # it has no topic of its own
    kept = topics([replace(statement, topic=as_topic(vector))])[0]
    assert float(vector @ kept) > 0.9998
