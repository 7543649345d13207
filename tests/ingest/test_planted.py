"""200 sentences planted in each format come back word for word with their clause numbers, at least 99 in 100 of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from domain.document import EVIDENCE_BLOCKS, BlockKind
from ingest.passages import passages_of
from tests.ingest.files import read
from tests.ingest.planted import Expected, planted_docx, planted_html, planted_markdown, sentences

SAID = sentences(200)


@pytest.mark.parametrize(("make", "name"), [(planted_docx, "x.docx"), (planted_html, "x.html"), (planted_markdown, "x.md")])
def test_planted_sentences_come_back_with_their_clauses(make: Callable[[Sequence[str]], tuple[bytes, list[Expected]]], name: str) -> None:
    data, wanted = make(SAID)
    assert len(wanted) == 200
    (document,) = read(data, name)
    found = {p.text: p for p in passages_of(document) if p.kind in EVIDENCE_BLOCKS}
    wrong = [
        (text, clause, found[text].place.clause if text in found else "not found")
        for text, clause in wanted
        if text not in found or clause is not None and found[text].place.clause != clause
    ]
    assert len(wrong) <= 2, wrong[:5]
    items = [found[t] for t, c in wanted if c and c.endswith(")") and t in found]
    assert items and all(p.lead_in.startswith("The parties agree as follows:") for p in items)
    assert sum(p.kind is BlockKind.FOOTNOTE for p in found.values()) >= 10
    assert sum(p.kind is BlockKind.TABLE_CELL and p.lead_in.endswith("| Rule") for p in found.values()) >= 10
