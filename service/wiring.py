"""Puts the pieces together: the one place that names concrete ledgers, indexes and models."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from domain.access import LOCAL, Caller
from domain.errors import Busy, Unavailable
from domain.ports import Index, Ledger
from service.holdings import Holdings
from service.settings import Settings
from service.snapshot import Snapshot, Snapshots
from service.views import KEPT, Sights

if TYPE_CHECKING:
    from answer.answer import Library
    from extract.llm.client import Endpoint
    from extract.llm.stage import Refiner
    from extract.memory import Memory
    from extract.minilm import MiniLm
    from extract.statements import Extractor
    from extract.topics import Topics

#: Raise it with every change to reading or extraction that changes what comes out: what was read before is then read again.
PIPELINE = 6


def now() -> str:
    """The present in UTC, ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class App:
    """An open data folder. Models and index load when first needed; use as a context manager."""

    def __init__(self, settings: Settings, ledger: Ledger, *, own_index: bool) -> None:
        self.settings = settings
        self.ledger = ledger
        self.holdings = Holdings(ledger)
        self.snapshots, self._sights = Snapshots(ledger, self.holdings), Sights()
        self._own_index = own_index
        self._index: Index | None = None
        self._encoder: MiniLm | None = None
        self._topics: Topics | None = None
        self._extractor: Extractor | None = None
        self._libraries: dict[str, dict[frozenset[str] | None, Library]] = {}
        self._memories: dict[str, Memory] = {}
        self._lock, self._deriving = threading.RLock(), threading.Lock()
        from service.paper import Talks

        self.talks = Talks()
        #: For what a question can work out beside something else; threads start when first needed.
        self.beside = ThreadPoolExecutor(2, "beside")

    @property
    def pipeline(self) -> str:
        """The version of everything that decides what is read from a source, the organisation's own domains included."""
        from extract.minilm import WEIGHTS_SHA256, own_file

        parts = [
            str(PIPELINE),
            WEIGHTS_SHA256,
            own_file("statements.json").read_text(),
            own_file("topics.json").read_text(),
            own_file("fields.json").read_text(),
            *sorted(self.settings.org_domains),
        ]
        llm = self.settings.llm
        if llm.url:
            from extract.llm.prompt import version

            parts.append(f"{version(llm.model)} between {llm.low} and {llm.high}")
        return f"{PIPELINE}-{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:12]}"

    @property
    def encoder(self) -> MiniLm:
        """For questions: the index branch alone, loaded once."""
        with self._lock:
            if self._encoder is None:
                from extract.minilm import MiniLm

                self._encoder = MiniLm(streams=1)
            return self._encoder

    @property
    def topics(self) -> Topics:
        """For questions, loaded once."""
        with self._lock:
            if self._topics is None:
                from extract.topics import Topics

                self._topics = Topics(self.encoder, streams=1)
            return self._topics

    @property
    def extractor(self) -> Extractor:
        with self._lock:
            if self._extractor is None:
                from extract.statements import Extractor

                self._extractor = Extractor(own_domains=self.settings.org_domains)
            return self._extractor

    @property
    def endpoint(self) -> Endpoint | None:
        """The language model that extraction may ask; None where none is set."""
        llm = self.settings.llm
        if not llm.url:
            return None
        from extract.llm.client import Endpoint

        return Endpoint(llm.url, llm.model, llm.api_key.get_secret_value() if llm.api_key else None, llm.timeout)

    def refiner(self) -> Refiner | None:
        """The stage that asks it, open for one run; the caller closes it."""
        endpoint, llm = self.endpoint, self.settings.llm
        if endpoint is None:
            return None
        from extract.llm.candidates import Band
        from extract.llm.stage import Limits, Refiner

        limits = Limits(llm.max_calls, llm.max_tokens, llm.concurrency)
        return Refiner(endpoint, limits, Band(llm.low, llm.high), self.settings.data_dir)

    @property
    def index(self) -> Index:
        """The shared index where this process may hold it; else one in memory, filled from the ledger."""
        with self._lock:
            if self._index is None:
                self._index = self._opened_index()
            return self._index

    def _opened_index(self) -> Index:
        from store.memory_index import MemoryIndex
        from store.open_index import open_index

        try:
            return open_index(self.settings.index_place)
        except Busy:
            if self._own_index:
                raise
            return MemoryIndex()

    def project(self, workspace: str) -> int:
        """Brings the index up to the ledger; the number of outbox lines applied."""
        from store.projection import follow

        with self._lock:
            return follow(self.ledger, self.index, workspace)

    def snapshot(self, caller: Caller) -> Snapshot:
        """What the caller may see of the workspace at present."""
        return self._sights.of(self.snapshots.at_present(caller.workspace), caller)

    def forget(self, workspace: str) -> None:
        """Lets go of what is kept in memory of a workspace; the next question reads it again."""
        with self._lock:
            self.snapshots.forget(workspace)
            self._sights.forget(workspace)
            self.holdings.forget(workspace)
            self._libraries.pop(workspace, None)
            self._memories.pop(workspace, None)

    @contextmanager
    def memory(self, workspace: str) -> Iterator[Memory]:
        """What deriving the records remembers, for one at a time; forgotten where it fails half way."""
        from extract.memory import Memory

        with self._deriving:
            memory = self._memories.pop(workspace, None) or Memory()
            yield memory
            self._memories[workspace] = memory

    def library(self, caller: Caller) -> Library:
        """What the caller's answers are made from, prepared once for each state of the ledger and set of labels."""
        from answer.answer import library_of

        snapshot = self.snapshot(caller)
        labels = caller.labels if snapshot.sight else None
        with self._lock:
            shelf = self._libraries.setdefault(caller.workspace, {})
            kept = shelf.get(labels)
            if kept is None or kept.records is not snapshot.records:
                if labels not in shelf and len(shelf) > KEPT:
                    shelf.clear()
                kept = shelf[labels] = library_of(snapshot.revision, snapshot.records, kept)
            return kept

    def warm(self) -> None:
        """Loads what a question needs."""
        self.encoder.encode(["ready"])
        self.topics.of_question("ready")
        self.project("default")
        self.library(LOCAL)

    def close(self) -> None:
        with self._lock:
            if self._index is not None:
                self._index.close()
                self._index = None
            self.ledger.close()
        self.beside.shutdown(wait=False, cancel_futures=True)

    def __enter__(self) -> App:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def open_app(settings: Settings, *, own_index: bool = False) -> App:
    """Opens a data folder, making it where it is missing.

    ``own_index``: for the server, which must hold the index. Raises Busy where another server has it, Unavailable where the folder
    or a database cannot be reached.
    """
    from store.ledger import open_ledger

    _make(settings.data_dir)
    app = App(settings, open_ledger(settings.ledger_url), own_index=own_index)
    app.ledger.scrub()  # a removal that was killed after its commit left this to do
    if own_index:
        try:
            _ = app.index
        except Busy:
            app.close()
            raise
    return app


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(f"the data folder {folder} cannot be made: {error.strerror}") from error
