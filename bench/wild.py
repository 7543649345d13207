"""Runs the reader pool over a folder of files met in the wild and prints how each ended, how long it took and how much memory it needed."""

from __future__ import annotations

import argparse
import io
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

import docx

from domain.document import Document
from domain.errors import BadInput, DamagedSource, LimitExceeded, UnsupportedFormat
from domain.source import Source, source_of
from ingest.formats import media_type_of
from ingest.sandbox import ReaderPool
from ingest.wire import to_json

WORKERS = 2
_NAMES = {DamagedSource: "damaged", UnsupportedFormat: "unsupported", LimitExceeded: "limit"}
_TOPICS = ("mooring", "crates", "fuel", "gate keys", "night berths", "pilotage", "waste oil", "cranes", "tickets", "scales")


@dataclass(slots=True)
class Run:
    """``read``: path -> documents as JSON. ``refused``: (path, how, why)."""

    read: dict[str, bytes] = field(default_factory=dict)
    refused: list[tuple[str, str, str]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    worker_peak: int = 0
    parent_peak: int = 0
    documents: int = 0


class Watch(threading.Thread):
    """Keeps the highest peak of resident memory, in bytes, that any worker of a pool has shown."""

    def __init__(self, pool: ReaderPool) -> None:
        super().__init__(daemon=True)
        self.pool, self.peak, self.over = pool, 0, threading.Event()

    def run(self) -> None:
        while not self.over.wait(0.05):
            self.look()

    def look(self) -> None:
        self.peak = max([self.peak, *(peak_of(p.pid) for p in list(self.pool._all))])


def peak_of(pid: int) -> int:
    """Peak resident bytes of a process; 0 where it is gone."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def run(files: list[tuple[str, bytes]]) -> Run:
    """Reads all files with two workers, as ingestion does."""
    done = Run()
    began = time.monotonic()
    with ReaderPool(WORKERS) as pool:
        watch = Watch(pool)
        watch.start()
        for source, outcome in pool.imap(_sources(files, done)):
            _note(done, source.path, outcome)
        watch.look()
        watch.over.set()
    done.seconds = time.monotonic() - began
    done.worker_peak, done.parent_peak = watch.peak, peak_of(os.getpid())
    return done


def _sources(files: list[tuple[str, bytes]], done: Run) -> Iterator[tuple[Source, bytes]]:
    for path, data in files:
        try:
            yield source_of(data, path, media_type_of(data, path)), data
        except BadInput as error:
            _note(done, path, error)


def _note(done: Run, path: str, outcome: tuple[Document, ...] | BadInput) -> None:
    if isinstance(outcome, BadInput):
        how = _NAMES.get(type(outcome), type(outcome).__name__)
        done.refused.append((path, how, str(outcome)))
        done.counts[how] += 1
        done.counts["crashed or failed"] += any(word in str(outcome) for word in ("crashed", "failed with", "was ended"))
    else:
        done.read[path] = to_json(outcome)
        done.counts["read"] += 1
        done.documents += len(outcome)


def good_files() -> list[tuple[str, bytes]]:
    """A hundred files of four formats that every reader should read."""
    files = []
    for n in range(25):
        topic = _TOPICS[n % len(_TOPICS)]
        sentences = [
            f"Rule {n}.{k}: the keeper of {topic} shall write entry {n * 7 + k} into the log before {k + 6}:00." for k in range(1, 9)
        ]
        files += [
            (f"good/{n}.txt", "\n\n".join([f"On {topic}", *sentences]).encode()),
            (f"good/{n}.html", f"<html><body><h1>On {topic}</h1>{''.join(f'<p>{s}</p>' for s in sentences)}</body></html>".encode()),
            (f"good/{n}.eml", _mail(n, topic, sentences)),
            (f"good/{n}.docx", _word(topic, sentences)),
        ]
    return files


def _mail(n: int, topic: str, sentences: list[str]) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Dana <dana@quay.example>", "yard@quay.example", f"On {topic}"
    message["Date"], message["Message-ID"] = f"Wed, 14 Jan 2026 09:{n:02}:00 +0100", f"<good{n}@quay.example>"
    message.set_content("\n\n".join(sentences))
    return message.as_bytes()


def _word(topic: str, sentences: list[str]) -> bytes:
    paper = docx.Document()
    paper.add_heading(f"On {topic}", 0)
    for n, sentence in enumerate(sentences):
        paper.add_paragraph(sentence, style="List Bullet" if n % 3 == 2 else None)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def mixed(bad: list[tuple[str, bytes]], good: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """The good files spread evenly among the others."""
    step = max(1, len(bad) // max(1, len(good)))
    files: list[tuple[str, bytes]] = []
    for n, one in enumerate(good):
        files += [*bad[n * step : (n + 1) * step], one]
    return files + bad[len(good) * step :]


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m bench.wild", description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--mixed", action="store_true", help="put 100 good files among them, which must be read as they are alone")
    asked.add_argument("--refusals", action="store_true", help="name each file that was refused, with its reason")
    options = asked.parse_args()
    wild = [(str(p.relative_to(options.folder)), p.read_bytes()) for p in sorted(options.folder.rglob("*")) if p.is_file()]
    good = good_files() if options.mixed else []
    alone = run(good).read if options.mixed else {}
    done = run(mixed(wild, good))
    _print(done, len(wild) + len(good))
    differing = [path for path, _ in good if alone.get(path) != done.read.get(path) or path not in alone]
    if options.mixed:
        print(f"good files read as alone  {len(good) - len(differing)} of {len(good)}")
    if options.refusals:
        for path, how, why in sorted(done.refused, key=lambda r: (r[1], r[2], r[0])):
            print(f"{how:12} {path}: {why[:240]}")
    ended = sum(done.counts[name] for name in ("read", *_NAMES.values()))
    return int(bool(differing) or ended != len(wild) + len(good))


def _print(done: Run, files: int) -> None:
    print(f"files                     {files} ({done.documents} documents)")
    for name in ("read", *_NAMES.values(), "crashed or failed"):
        print(f"{name:25} {done.counts[name]}")
    print(f"seconds                   {done.seconds:.1f}")
    print(f"peak of any worker        {done.worker_peak / 1e6:,.0f} MB")
    print(f"peak of the parent        {done.parent_peak / 1e6:,.0f} MB")


if __name__ == "__main__":
    sys.exit(main())
