"""One run over many files: reading in worker processes, extraction in threads, commits in the caller's thread."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.access import Caller
from domain.case import CASE_PATH
from domain.document import Document
from domain.errors import BadInput, LimitExceeded, UnsupportedFormat
from domain.ports import SourceState
from domain.source import Source, source_of
from service.find_files import Found
from service.reading import Read, read_documents, whole
from service.wiring import App, now

if TYPE_CHECKING:
    from extract.llm.stage import Refiner
    from extract.talks import Talks

MAX_BYTES = 50 * 1024 * 1024
#: So many files may be read and not yet committed: enough to read on while the models load, few enough to hold in memory.
AHEAD = 64
#: So many bytes of messages wait for the rest of their conversations; what comes later has its conversation mended after the run.
HELD = 8 * 1024 * 1024

Files = tuple[Source, tuple[Document, ...]]


@dataclass(frozen=True, slots=True)
class Progress:
    """``unit``: what is counted, in the plural."""

    done: int
    total: int
    path: str
    stage: str
    unit: str = "files"


@dataclass(frozen=True, slots=True)
class Refusal:
    path: str
    reason: str


class Run:
    """``fresh``: sources read in this run; ``unchanged``: known already."""

    def __init__(self, app: App, caller: Caller, kind: str, workers: int, total: int, report: Callable[[Progress], None]) -> None:
        self._app, self._caller, self._kind, self._workers = app, caller, kind, workers
        self._total, self._report, self._pipeline = total, report, app.pipeline
        self._known = {state.source.id: state for state in app.ledger.sources(caller.workspace)}
        self._bytes: dict[str, bytes] = {}
        self.fresh = self.unchanged = 0
        self.refused: list[Refusal] = []

    def read(self, found: Sequence[Found], refiner: Refiner | None) -> None:
        """``refiner``: asks the language model, where one is set; the caller closes it, but where this fails it is closed."""
        from ingest.sandbox import ReaderPool

        cores = min(self._workers, os.cpu_count() or 1)
        waiting: list[Files] = []
        with ReaderPool(cores) as pool, ThreadPoolExecutor(2) as threads, ExitStack() as failing:
            if refiner:
                failing.callback(refiner.close)  # an interrupted run does not wait for the model's answers
            line = _Line(self._app, threads, refiner, self._commit)
            for source, documents in pool.imap(self._wanted(found)):
                if isinstance(documents, BadInput):
                    self._refuse(source, self._bytes.pop(source.id), str(documents))
                elif any(document.message for document in documents):
                    # A message is understood in its conversation, and most of that lies in other files.
                    waiting.append((source, documents))
                    self._step(source.path, "waiting for its conversation")
                    if sum(source.size for source, _ in waiting) > HELD:
                        self._release(waiting, line)
                else:
                    line.add(source, documents, None)
            self._release(waiting, line)
            line.end()
            failing.pop_all()

    def _release(self, waiting: list[Files], line: _Line) -> None:
        from extract.talks import Talks

        if waiting:
            there = self._app.holdings.documents(self._caller.workspace)
            talks = Talks([*there, *(document for _, documents in waiting for document in documents)])
            for source, documents in waiting:
                line.add(source, documents, talks)
            waiting.clear()

    def _wanted(self, found: Sequence[Found]) -> Iterator[tuple[Source, bytes]]:
        from ingest.formats import media_type_of

        for item in found:
            size = item.file.stat().st_size
            if size > MAX_BYTES:
                self._note(item.path, str(LimitExceeded(f"{size} bytes are more than the limit of {MAX_BYTES}")))
                continue
            if CASE_PATH.fullmatch(item.path):
                self._note(item.path, "this path is kept for what a person decides on a case")
                continue
            try:
                data = item.file.read_bytes()
            except OSError as error:
                self._note(item.path, f"cannot be read: {error.strerror}")
                continue
            try:
                source = source_of(data, item.path, media_type_of(data, item.path), self._kind)
            except BadInput as error:
                self._refuse_unread(source_of(data, item.path, "application/octet-stream", self._kind), data, error)
                continue
            if not self._settled(source):
                self._bytes[source.id] = data
                yield source, data

    def _settled(self, source: Source) -> bool:
        """Whether this source was read, or refused, by this very pipeline before."""
        state: SourceState | None = self._known.get(source.id)
        if state is None or not whole(state.pipeline, self._pipeline) or state.source.kind_hint != source.kind_hint:
            return False
        if state.state == "refused":
            self._note(source.path, state.reason or "refused before")
        else:
            self.unchanged += 1
            self._step(source.path, "unchanged")
        return True

    def _refuse_unread(self, source: Source, data: bytes, error: BadInput) -> None:
        if isinstance(error, UnsupportedFormat) and source.id in self._known:
            self._note(source.path, str(error))
            return
        self._refuse(source, data, str(error))

    def _refuse(self, source: Source, data: bytes, reason: str) -> None:
        where = self._caller.workspace
        self._app.ledger.commit_refusal(where, source, data, reason, pipeline=self._pipeline, actor=self._caller.name, at=now())
        self._note(source.path, reason)

    def _note(self, path: str, reason: str) -> None:
        self.refused.append(Refusal(path, reason))
        self._step(path, "refused")

    def _commit(self, source: Source, read: Read) -> None:
        where, data = self._caller.workspace, self._bytes.pop(source.id)
        self._app.ledger.commit_reading(where, source, data, read.reading, pipeline=read.version, actor=self._caller.name, at=now())
        self.fresh += 1
        self._step(source.path, "read")

    def _step(self, path: str, stage: str) -> None:
        self._report(Progress(self.fresh + self.unchanged + len(self.refused), self._total, path, stage))


class _Line:
    """Extraction in threads and commits in the order of arrival, with a bounded number under way."""

    def __init__(self, app: App, threads: ThreadPoolExecutor, refiner: Refiner | None, commit: Callable[[Source, Read], None]) -> None:
        self._app, self._threads, self._refiner, self._commit = app, threads, refiner, commit
        self._pending: deque[tuple[Source, Future[Read]]] = deque()

    def add(self, source: Source, documents: tuple[Document, ...], talks: Talks | None) -> None:
        # The first of these loads the models, while the workers read on.
        self._pending.append((source, self._threads.submit(read_documents, self._app, documents, talks, self._refiner)))
        while self._pending and (len(self._pending) > AHEAD or self._pending[0][1].done()):
            self._next()

    def end(self) -> None:
        while self._pending:
            self._next()

    def _next(self) -> None:
        source, future = self._pending.popleft()
        self._commit(source, future.result())
