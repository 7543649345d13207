"""Sentences planted in many messages come back with their text and their message, and never as the words of one who quotes them."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import pytest

from domain.document import EVIDENCE_BLOCKS, MessageKind
from ingest.canonical import Parsed
from ingest.parse_mail import parse_mail, parse_mailbox
from ingest.parse_msg import parse_msg
from tests.ingest.planted_mail import Planted, planted_eml, planted_mbox, planted_msg

WHO = ("The keeper", "Every master", "The night clerk", "Ana Müller", "The yard", "A carrier with a pass", "The crew of the “Heron”")
DOES = ("must weigh", "may release", "need not sign for", "shall seal", "should never leave", "has to count")
WHAT = (
    "the crates for Kestrel Metals",
    "any pallet above 400 kg",
    "the fuel at berth 7",
    "a returned drum",
    "the façade panels",
    "all the rope",
)
WHEN = (
    "before the gate opens at 06:30",
    "until the tide turns",
    "unless Ivo Brand says otherwise in writing",
    "for orders above EUR 5,000",
    "on the last Friday of a month",
)


def sentences(count: int) -> list[str]:
    made = [
        f"{a} {b} {c} {d}, case {n}." for n, (a, b, c, d) in enumerate((a, b, c, d) for a in WHO for b in DOES for c in WHAT for d in WHEN)
    ]
    random.Random(7).shuffle(made)
    return made[:count]


def messages(data: bytes, parse: Callable[[bytes, str], object]) -> list[Parsed]:
    """The messages of a file, those attached to it and those it passes on among them."""
    found: list[Parsed] = []
    waiting: list[Parsed] = list(parse(data, "planted"))  # type: ignore[call-overload]
    while waiting:
        parsed = waiting.pop()
        found += [parsed, *parsed.quoted]
        waiting += [inner for a in parsed.attachments for inner in parse_mail(a.data, a.name)]
    return found


def own_words(parsed: Parsed) -> list[str]:
    return [b.span.of(parsed.text) for b in parsed.blocks if b.kind in EVIDENCE_BLOCKS]


@pytest.mark.parametrize(("make", "parse"), [(planted_eml, parse_mail), (planted_mbox, parse_mailbox), (planted_msg, parse_msg)])
def test_two_hundred_planted_sentences_come_back_with_their_message(
    make: Callable[[Sequence[str]], Planted], parse: Callable[[bytes, str], object]
) -> None:
    data, expected = make(sentences(200))
    found = messages(data, parse)
    said = {
        (sentence, m.message.message_id)
        for m in found
        if m.message
        for block in own_words(m)
        for sentence, _ in expected
        if sentence in block
    }
    right = [pair for pair in expected if pair in said]
    assert len(right) >= 0.99 * len(expected), [pair for pair in expected if pair not in said][:5]
    copies = {message_id for sentence, message_id in said - set(expected)}
    proven = {m.message.message_id for m in found if m.message and m.message.kind is not MessageKind.QUOTED and not m.message.distrust}
    assert not copies & proven
