"""The pool of reader processes: limits, deaths and speed."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from domain.document import Document
from domain.errors import BadInput, DamagedSource, LimitExceeded
from domain.source import Source, source_of
from ingest import sandbox
from ingest.formats import media_type_of
from ingest.read import read_source
from ingest.sandbox import ReaderPool
from tests.ingest.files import SHARED, mail, pdf, word

ROOT = Path(__file__).resolve().parents[2]


def item(data: bytes, path: str) -> tuple[Source, bytes]:
    return source_of(data, path, media_type_of(data, path)), data


def test_a_worker_gives_the_same_documents_as_this_process() -> None:
    with ReaderPool(2) as pool:
        for data, path in ((pdf(), "yard.pdf"), (word(), "harbour.docx"), (mail("Hello there."), "m.eml")):
            source, _ = item(data, path)
            assert pool.read(source, data) == read_source(source, data)


def test_refusals_arrive_with_their_class_and_reason_and_the_rest_goes_on() -> None:
    files = [item(pdf(), "a.pdf"), item(pdf()[:600], "b.pdf"), item(b"   \n", "c.txt"), item(word(), "d.docx")]
    with ReaderPool(2) as pool:
        outcomes = list(pool.imap(files))
    assert [s.path for s, _ in outcomes] == ["a.pdf", "b.pdf", "c.txt", "d.docx"]
    assert [type(o).__name__ for _, o in outcomes] == ["tuple", "DamagedSource", "DamagedSource", "tuple"]
    assert "no text found" in str(outcomes[2][1])


#: Stand-ins for a parser that goes wrong: each runs in the worker's place and answers good files as the worker does.
_BAD = """
import os, sys, json
from ingest import worker
real = worker._read
def read(wanted, data):
    if wanted["path"].startswith("bad"):
        {deed}
    return real(wanted, data)
worker._read = read
worker.main()
"""


@pytest.mark.parametrize(
    ("deed", "kind", "reason"),
    [
        ("while True: pass", LimitExceeded, "longer"),
        ("import time; time.sleep(60)", LimitExceeded, "longer"),
        ("os.kill(os.getpid(), 11)", DamagedSource, "crashed"),
        ("os._exit(3)", DamagedSource, "crashed"),
        ("worker_answers = os.write(4, b'rubbish\\n'); import time; time.sleep(60)", DamagedSource, "cannot be read"),
    ],
)
def test_a_worker_that_dies_or_hangs_is_replaced_and_its_file_refused(
    deed: str, kind: type[BadInput], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "_GRACE", 0.0)
    monkeypatch.setattr(sandbox, "_COMMAND", (sys.executable, "-c", _BAD.format(deed=deed)))
    good = b"The gate is locked at ten."
    files = [item(good, "1.txt"), item(good, "bad.txt"), item(good, "2.txt"), item(good, "3.txt")]
    with ReaderPool(2, seconds=2) as pool:
        outcomes = {s.path: o for s, o in pool.imap(files)}
    assert isinstance(outcomes["bad.txt"], kind) and reason in str(outcomes["bad.txt"])
    assert all(isinstance(outcomes[p], tuple) for p in ("1.txt", "2.txt", "3.txt"))


def test_too_much_memory_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_COMMAND", (sys.executable, "-c", _BAD.format(deed="raise_ = bytearray(8 << 30)")))
    with ReaderPool(1) as pool, pytest.raises((LimitExceeded, DamagedSource)):
        pool.read(*item(b"x y z", "bad.txt"))


def test_a_worker_has_no_network_and_loads_no_model() -> None:
    script = (
        "import sys, socket\nfrom ingest import worker\nworker._refuse_network()\n"
        "try:\n    socket.create_connection(('127.0.0.1', 9))\nexcept PermissionError:\n    print('refused')\n"
        "try:\n    socket.socket()\nexcept PermissionError:\n    print('refused')\n"
        "from ingest.classify import look_of\nlook_of('The Supplier shall deliver.')\n"
        "print([m for m in ('torch', 'spacy', 'nltk') if m in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split("\n")[:3] == ["refused", "refused", "[]"]


def test_a_worker_starts_in_less_than_a_second() -> None:
    began = time.monotonic()
    with ReaderPool(1) as pool:
        pool.read(*item(b"The gate is locked at ten.", "x.txt"))
    assert time.monotonic() - began < 1.0


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.skipif(not (SHARED / "data" / "wild").is_dir(), reason="needs ../shared/data/wild")
def test_every_file_met_in_the_wild_is_read_or_refused() -> None:
    def items() -> list[tuple[Source, bytes]]:
        found = []
        for path in sorted((SHARED / "data" / "wild").iterdir()):
            data = path.read_bytes()
            try:
                found.append(item(data, path.name))
            except BadInput as error:
                assert str(error)
        return found

    files = items()
    with ReaderPool(2) as pool:
        outcomes = list(pool.imap(files))
    assert len(outcomes) == len(files)
    read = [o for _, o in outcomes if isinstance(o, tuple)]
    assert len(read) > 150 and all(isinstance(d, Document) for documents in read for d in documents)
    assert not [str(o) for _, o in outcomes if isinstance(o, BadInput) and ("crashed" in str(o) or "failed with" in str(o))]
