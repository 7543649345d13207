"""What must hold for every file of the corpora: exact spans, gold sentences whole in one passage, same bytes same documents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.document import EVIDENCE_BLOCKS, BlockKind, Document
from ingest.passages import passages_of
from ingest.wire import from_json, to_json
from tests.ingest.files import SHARED, read

CORPORA = SHARED / "bench" / "corpora"
pytestmark = [pytest.mark.shared, pytest.mark.skipif(not CORPORA.is_dir(), reason="needs ../shared/bench/corpora")]


def flat(text: str) -> str:
    return " ".join(text.split())


def files(corpus: Path) -> Iterator[tuple[str, bytes]]:
    root = corpus / "files"
    for path in sorted(root.rglob("*")):
        if path.is_file():
            yield path.relative_to(root).as_posix(), path.read_bytes()


@pytest.fixture(scope="module")
def everything() -> dict[str, dict[str, tuple[Document, ...]]]:
    return {c.name: {path: read(data, path) for path, data in files(c)} for c in sorted(CORPORA.iterdir()) if c.is_dir()}


def test_every_block_lies_in_its_text_and_its_lines_lie_in_it(everything: dict[str, dict[str, tuple[Document, ...]]]) -> None:
    for document in (d for corpus in everything.values() for documents in corpus.values() for d in documents):
        for block in document.blocks:
            assert block.span.of(document.text).strip() == block.span.of(document.text)
            assert all(block.span.contains(line) for line in block.line_spans)


def test_gold_sentences_stand_whole_in_one_passage_of_evidence(everything: dict[str, dict[str, tuple[Document, ...]]]) -> None:
    total, missed = 0, []
    for name, corpus in everything.items():
        texts: dict[tuple[str, str | None], list[str]] = {}
        for path, documents in corpus.items():
            for document in documents:
                key = (path, document.message.message_id if document.message else None)
                texts.setdefault(key, []).extend(flat(p.text) for p in passages_of(document) if p.kind in EVIDENCE_BLOCKS)
        for span in json.loads((CORPORA / name / "gold.json").read_text())["spans"]:
            total += 1
            message = span.get("message_id")
            if not any(flat(span["text"]) in t for t in texts[span["file"], message.strip("<>") if message else None]):
                missed.append((name, span["file"], span["text"]))
    assert len(missed) <= total // 100, missed


def test_no_quoted_line_is_evidence(everything: dict[str, dict[str, tuple[Document, ...]]]) -> None:
    for document in (d for corpus in everything.values() for documents in corpus.values() for d in documents):
        for block in document.blocks:
            text = block.span.of(document.text)
            if document.message is not None and (text.startswith(">") or text.endswith("wrote:")):
                assert block.kind is BlockKind.QUOTED, (document.path, text)


def test_the_same_bytes_give_the_same_documents_here_and_over_the_wire(everything: dict[str, dict[str, tuple[Document, ...]]]) -> None:
    name, corpus = next(iter(everything.items()))
    for path, data in list(files(CORPORA / name))[::7]:
        assert read(data, path) == corpus[path] == from_json(to_json(corpus[path]))
