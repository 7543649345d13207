"""The stage as extraction calls it: a document's statements in, the same statements out, some of them believed more or less."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from domain.document import Document
from domain.passage import Passage
from domain.statement import Statement
from extract.llm.asking import Asker, Tally
from extract.llm.budget import Budget
from extract.llm.cache import FILE, Cache
from extract.llm.candidates import Band, Candidate, candidates
from extract.llm.client import Client, Endpoint
from extract.llm.verdict import Verdict, refined
from extract.talks import Talks
from extract.windows import ALONE

#: Seconds in which calls under way end after they were called off.
ENDING = 5.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one run: calls and tokens that may be spent, and calls that may be under way at once."""

    max_calls: int
    max_tokens: int
    concurrency: int


@dataclass(frozen=True, slots=True)
class Refined:
    """``statements`` go with those given, one for one. ``left``: windows that were not asked about and would be in another run."""

    statements: tuple[Statement, ...]
    left: int


class Refiner:
    """Open for one run, with its budget; use as a context manager. Safe to call from several threads.

    All calls run on one event loop in a thread of its own, so that a time limit ends a call at whatever it waits for.
    """

    def __init__(
        self, endpoint: Endpoint, limits: Limits, band: Band, folder: Path, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._band = band
        self._cache = Cache(folder / FILE)
        self._client = Client(endpoint)
        self._asker = Asker(endpoint.model, self._client, Budget(limits.max_calls, limits.max_tokens), self._cache, sleep=sleep)
        self._slots = asyncio.Semaphore(limits.concurrency)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="llm", daemon=True)
        self._thread.start()

    @property
    def tally(self) -> Tally:
        return self._asker.tally

    def refine(
        self, documents: Sequence[Document], passages: Sequence[Passage], statements: Sequence[Statement], talks: Talks | None = None
    ) -> Refined:
        """``documents``: all of one source, with their passages and statements, and the conversations they may stand in.

        Blocks until every window is answered or left.
        """
        of_document: dict[str, tuple[list[Passage], list[Statement]]] = {document.id: ([], []) for document in documents}
        for passage in passages:
            of_document[passage.document_id][0].append(passage)
        for statement in statements:
            of_document[statement.citation.document_id][1].append(statement)
        windows = [
            window
            for document in documents
            for window in candidates(document, *of_document[document.id], self._band, talks.around(document) if talks else ALONE)
        ]
        if not windows:
            return Refined(tuple(statements), 0)
        found = asyncio.run_coroutine_threadsafe(self._all(windows), self._loop).result()
        new: dict[str, Statement] = {}
        for window, verdicts in zip(windows, found, strict=True):
            for verdict in verdicts or ():
                statement = window.asked[verdict.sentence - 1]
                new[statement.id] = refined(statement, verdict)
        return Refined(tuple(new.get(statement.id, statement) for statement in statements), found.count(None))

    async def _all(self, windows: Sequence[Candidate]) -> list[tuple[Verdict, ...] | None]:
        return list(await asyncio.gather(*(self._one(window) for window in windows)))

    async def _one(self, window: Candidate) -> tuple[Verdict, ...] | None:
        async with self._slots:
            return await self._asker.ask(window)

    def close(self) -> None:
        """Calls off what is under way."""
        if self._loop.is_closed():
            return
        with suppress(TimeoutError):
            asyncio.run_coroutine_threadsafe(self._ended(), self._loop).result(ENDING)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(ENDING)
        if not self._thread.is_alive():
            self._loop.close()
            self._cache.close()

    async def _ended(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self._client.aclose()

    def __enter__(self) -> Refiner:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
