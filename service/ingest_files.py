"""Brings files into the ledger: each source is one idempotent transaction, then the records are derived once from all statements."""

from __future__ import annotations

import os
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from domain.access import Caller, Scope
from domain.document import Document
from domain.errors import BadInput, LimitExceeded, UnsupportedFormat
from domain.passage import Passage
from domain.ports import Reading, SourceState, Vector
from domain.source import Source, source_of
from domain.statement import Statement
from service.derivation import derive
from service.find_files import Found, found_files
from service.remove import remove_missing
from service.wiring import App, now

MAX_BYTES = 50 * 1024 * 1024
#: So many files may be read and not yet committed: enough to read on while the models load, few enough to hold in memory.
AHEAD = 64


@dataclass(frozen=True, slots=True)
class Progress:
    done: int
    total: int
    path: str
    stage: str


@dataclass(frozen=True, slots=True)
class Refusal:
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class IngestSummary:
    """``read``: files read in this run; ``unchanged``: known already; ``changed``: whether the records' revision moved.

    ``removed``: paths of sources that were no longer there, where that was asked for.
    """

    files: int
    read: int
    unchanged: int
    refused: tuple[Refusal, ...]
    revision: int
    changed: bool
    records: dict[str, int]
    seconds: float
    removed: tuple[str, ...] = ()


def ingest(
    app: App,
    caller: Caller,
    paths: Sequence[Path],
    *,
    kind: str = "auto",
    workers: int | None = None,
    prune: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> IngestSummary:
    """Reads files and folders; what was read before by the same pipeline is left alone, so a broken run is resumed by running it again.

    A file that cannot be read is refused with its reason and the rest goes on. ``prune``: the paths are all there is, and what is held of
    other files is removed with everything derived from it. Raises NotFound for a path that is not there, and InvalidQuestion where pruning
    would remove everything.
    """
    caller.need(Scope.WRITE)
    started = time.monotonic()
    found = found_files(paths)
    report = progress or (lambda _: None)
    before = app.ledger.revision(caller.workspace)
    run = _Run(app, caller, kind, workers or os.cpu_count() or 1, len(found), report)
    run.read(found)
    report(Progress(len(found), len(found), "", "deriving records"))
    removal = remove_missing(app, caller, {item.path for item in found}) if prune else None
    # A removal commits what it derives from all that is left, what was just read among it.
    revision = removal.revision if removal is not None and removal.paths else derive(app, caller)
    report(Progress(len(found), len(found), "", "indexing"))
    app.project(caller.workspace)
    kinds = Counter(stored.record.kind.value for stored in app.snapshot(caller.workspace).records.values())
    return IngestSummary(
        len(found), run.fresh, run.unchanged, tuple(sorted(run.refused, key=lambda r: r.path)), revision, revision != before, dict(kinds),
        round(time.monotonic() - started, 2), removal.paths if removal else (),
    )  # fmt: skip


class _Run:
    """One run over many files: reading in worker processes, extraction in threads, commits here in the order of completion."""

    def __init__(self, app: App, caller: Caller, kind: str, workers: int, total: int, report: Callable[[Progress], None]) -> None:
        self._app, self._caller, self._kind, self._workers = app, caller, kind, workers
        self._total, self._report, self._pipeline = total, report, app.pipeline
        self._known = {state.source.id: state for state in app.ledger.sources(caller.workspace)}
        self.fresh = self.unchanged = 0
        self.refused: list[Refusal] = []

    def read(self, found: Sequence[Found]) -> None:
        from ingest.sandbox import ReaderPool

        bytes_of: dict[str, bytes] = {}
        pending: deque[tuple[Source, Future[Reading]]] = deque()
        with ReaderPool(min(self._workers, os.cpu_count() or 1)) as pool, ThreadPoolExecutor(2) as threads:
            for source, documents in pool.imap(self._wanted(found, bytes_of)):
                if isinstance(documents, BadInput):
                    self._refuse(source, bytes_of.pop(source.id), str(documents))
                    continue
                # The first of these loads the models, while the workers read on.
                pending.append((source, threads.submit(_reading, self._app, documents)))
                while pending and (len(pending) > AHEAD or pending[0][1].done()):
                    self._commit(*pending.popleft(), bytes_of)
            while pending:
                self._commit(*pending.popleft(), bytes_of)

    def _wanted(self, found: Sequence[Found], bytes_of: dict[str, bytes]) -> Iterator[tuple[Source, bytes]]:
        from ingest.formats import media_type_of

        for item in found:
            size = item.file.stat().st_size
            if size > MAX_BYTES:
                self._note(item.path, str(LimitExceeded(f"{size} bytes are more than the limit of {MAX_BYTES}")))
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
                bytes_of[source.id] = data
                yield source, data

    def _settled(self, source: Source) -> bool:
        """Whether this source was read, or refused, by this very pipeline before."""
        state: SourceState | None = self._known.get(source.id)
        if state is None or state.pipeline != self._pipeline or state.source.kind_hint != source.kind_hint:
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

    def _commit(self, source: Source, future: Future[Reading], bytes_of: dict[str, bytes]) -> None:
        reading, data = future.result(), bytes_of.pop(source.id)
        where = self._caller.workspace
        self._app.ledger.commit_reading(where, source, data, reading, pipeline=self._pipeline, actor=self._caller.name, at=now())
        self.fresh += 1
        self._step(source.path, "read")

    def _step(self, path: str, stage: str) -> None:
        self._report(Progress(self.fresh + self.unchanged + len(self.refused), self._total, path, stage))


def _reading(app: App, documents: tuple[Document, ...]) -> Reading:
    from ingest.passages import passages_of

    extractor = app.extractor

    passages: list[Passage] = []
    vectors: list[Vector] = []
    statements: list[Statement] = []
    for document in documents:
        cut = passages_of(document)
        extraction = extractor.extract(document, cut)
        passages += cut
        vectors += extraction.vectors
        statements += extraction.statements
    return Reading(documents, tuple(passages), tuple(vectors), tuple(statements))
