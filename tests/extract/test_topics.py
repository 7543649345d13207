"""A statement's topic lies near the rule that it bends and near other tellings of its norm, whatever words they use."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.document import BlockKind, DocumentKind
from domain.statement import Statement
from extract.minilm import MiniLm
from extract.similarity import as_topic, topics
from extract.statements import LIKELY, Extractor
from extract.topics import Topics
from ingest.passages import passages_of
from tests.extract.papers import OLE, OWN, all_said, mail, paper, said

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
def network() -> Topics:
    return Topics(MiniLm(streams=1), streams=1)


@pytest.fixture(scope="module")
def rules(network: Topics) -> list[Statement]:
    policy = paper("policies/site.txt", DocumentKind.POLICY, [(BlockKind.PARAGRAPH, rule) for rule in RULES])
    return network.given(all_said([policy]), policy)


def test_every_topic_has_unit_length(rules: list[Statement]) -> None:
    assert all(len(s.topic) == 384 for s in rules)
    assert (topics(rules) ** 2).sum(1) == pytest.approx(1.0, abs=1e-4)


def test_most_exceptions_are_nearest_to_the_rule_they_bend(network: Topics, rules: list[Statement]) -> None:
    nearest = []
    for text in BENDS:
        message = mail("m1", OLE, text, subject="how we do it here")
        [statement] = network.given(all_said([message]), message)
        nearest.append(int((topics(rules) @ topics([statement])[0]).argmax()))
    assert sum(near == bent for near, bent in zip(nearest, BENDS.values(), strict=True)) >= len(BENDS) - 1


def test_only_what_may_become_a_record_gets_a_topic() -> None:
    message = mail("m1", OLE, "Old Mr Harms never signs in, we just wave him through, as he has a bad hand.\nThe canteen has soup today.")
    found = Extractor(own_domains=OWN).extract(message, passages_of(message)).statements
    assert all(bool(s.topic) == (max(s.likelihood.rule, s.likelihood.exception, s.likelihood.handoff) >= LIKELY) for s in found)


def test_a_topic_keeps_its_direction_in_a_byte_a_number() -> None:
    statement = said(mail("m1", OLE, "Fine by me."), "Fine by me.")
    vector = topics([statement])[0]  # it has no topic of its own
    kept = topics([replace(statement, topic=as_topic(vector))])[0]
    assert float(vector @ kept) > 0.9998
