"""A sentence that no reader sees is flagged and is never evidence, and nothing is flagged in files that hide nothing (T3)."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator

import pytest

from domain.document import EVIDENCE_BLOCKS, UNSEEN_BLOCKS, Document
from domain.errors import BadInput
from domain.source import source_of
from ingest.formats import media_type_of
from ingest.read import read_source
from tests.hostile.hidden import CLEAN, TECHNIQUES, Maker, planted, sentence

ALL = os.environ.get("GROUNDRULE_TEST_HIDDEN", "") not in ("", "0")
#: The table's numbers, and how many of them an ordinary run makes.
HIDDEN_FILES, CLEAN_FILES = (200, 300) if ALL else (132, 66)
_FLAGS = ("invisible", "hidden", "deleted")


def documents(name: str, data: bytes) -> tuple[Document, ...]:
    return read_source(source_of(data, name, media_type_of(data, name)), data)


def is_evidence(read: tuple[Document, ...], text: str) -> bool:
    return any(text in b.span.of(d.text) for d in read for b in d.blocks if b.kind in EVIDENCE_BLOCKS)


def is_flagged(read: tuple[Document, ...]) -> bool:
    blocks = any(b.kind in UNSEEN_BLOCKS for d in read for b in d.blocks)
    return blocks or any(word in note for d in read for note in d.notes for word in _FLAGS)


def hidden_files(count: int) -> Iterator[tuple[str, str, Maker, int]]:
    """(technique, name, maker, seed): each technique in turn, and each of its makers in turn."""
    for n in range(count):
        technique = list(TECHNIQUES)[n % len(TECHNIQUES)]
        makers = TECHNIQUES[technique]
        name, make = makers[n // len(TECHNIQUES) % len(makers)]
        yield technique, name, make, n


def test_what_is_hidden_is_flagged_and_never_evidence() -> None:
    missed: list[str] = []
    for technique, name, make, seed in hidden_files(HIDDEN_FILES):
        chance = random.Random(seed)
        seen, secret = [sentence(chance) for _ in range(4)], planted(chance)
        try:
            read = documents(name, make(seen, secret))
        except BadInput as error:
            missed.append(f"{technique} {name}: refused, {error}")
            continue
        if is_evidence(read, secret) or not is_flagged(read):
            missed.append(f"{technique} {name}: {'evidence' if is_evidence(read, secret) else 'not flagged'}")
        elif not any(text in d.text for d in read for text in seen):
            missed.append(f"{technique} {name}: the sentences around it are lost")
    assert len(missed) <= 0.02 * HIDDEN_FILES, "\n".join(f"{n} times {what}" for what, n in Counter(missed).most_common())


def test_nothing_is_flagged_where_nothing_is_hidden() -> None:
    wrong: list[str] = []
    for n in range(CLEAN_FILES):
        chance = random.Random(10_000 + n)
        name, make = CLEAN[n % len(CLEAN)]
        seen = [sentence(chance) for _ in range(4)]
        try:
            read = documents(name, make(seen, ""))
        except BadInput as error:
            wrong.append(f"{name}: refused, {error}")
            continue
        if is_flagged(read) or not all(is_evidence(read, text) for text in seen):
            wrong.append(f"{name}: {'flagged' if is_flagged(read) else 'a sentence is no evidence'}")
    assert len(wrong) <= 0.01 * CLEAN_FILES, "\n".join(f"{n} times {what}" for what, n in Counter(wrong).most_common())


@pytest.mark.parametrize("technique", TECHNIQUES)
def test_each_technique_is_tried_in_every_ordinary_run(technique: str) -> None:
    assert sum(found == technique for found, *_ in hidden_files(HIDDEN_FILES)) >= len(TECHNIQUES[technique])
