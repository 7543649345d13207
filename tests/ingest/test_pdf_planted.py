"""Sentences planted in a PDF come back letter by letter, with their clause, page and boxes."""

from __future__ import annotations

import pytest

from domain.document import BlockKind, Document
from domain.passage import Passage
from ingest.passages import passages_of
from tests.ingest.files import blocks, read
from tests.ingest.planted_pdf import Box, Planted, drawn, sentences

Found = tuple[Document, list[Planted], dict[str, list[tuple[int, Box]]]]


@pytest.fixture(scope="module")
def found() -> Found:
    data, places, boxes = drawn(sentences())
    (document,) = read(data, "harbour.pdf")
    return document, places, boxes


def by_text(document: Document) -> dict[str, Passage]:
    return {p.text: p for p in passages_of(document)}


def test_planted_sentences_come_back_with_clause_and_page(found: Found) -> None:
    document, places, _ = found
    have = by_text(document)
    assert len(places) == 200 and max(page for _, _, page in places) >= 9
    got = [(text, have[text].place.clause, have[text].place.page) if text in have else (text, "missing", 0) for text, _, _ in places]
    wrong = [(want, is_) for want, is_ in zip(places, got, strict=True) if want != is_]
    assert len(wrong) <= 2, wrong


def test_boxes_cover_the_lines_as_drawn(found: Found) -> None:
    document, places, boxes = found
    have = by_text(document)
    missed = [
        (text, box)
        for text, _, page in places
        if text in have
        for on, box in boxes[text]
        if on == page and not any(_covers(b, box) for b in have[text].place.boxes)
    ]
    assert len(missed) <= 2, missed


def _covers(box: Box, line: Box) -> bool:
    return box[0] <= line[0] + 1.5 and box[1] <= line[1] + 1 and box[2] >= line[2] - 1.5 and box[3] >= line[3] - 1 and box[3] - box[1] < 20


def test_running_heads_page_numbers_and_bates_numbers_are_furniture(found: Found) -> None:
    document, _, _ = found
    aside = blocks(document, BlockKind.FURNITURE)
    kept = [
        t for b in document.blocks if b.kind is not BlockKind.FURNITURE for t in [b.span.of(document.text)] if "HBR-" in t or "part A" in t
    ]
    assert not kept and len(aside) >= 2 * max(b.page or 0 for b in document.blocks)
