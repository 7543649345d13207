"""What the ledger holds of documents and statements, decoded once: the same reading gives the very same objects again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Generic, TypeVar

from domain.document import Document
from domain.ports import Ledger
from domain.statement import Statement

T = TypeVar("T")
#: Statements of a workspace beyond which none are kept from one time to the next: some 13 KB each.
MOST = 30_000


class _Shelf(Generic[T]):
    """What was read of one sort, by workspace and number of the reading."""

    def __init__(self, read: Callable[[str, Sequence[int]], dict[int, tuple[T, ...]]], most: int | None = None) -> None:
        self._read, self._most = read, most
        self._kept: dict[str, dict[int, tuple[T, ...]]] = {}

    def of(self, workspace: str, numbers: Iterable[int]) -> list[T]:
        known = self._kept.pop(workspace, {})
        wanted = list(numbers)
        fresh = [number for number in wanted if number not in known]
        found = {**known, **self._read(workspace, fresh)} if fresh else known
        # A reading that went since its number was asked for is missed; what is derived without it is derived again.
        there = {number: found[number] for number in wanted if number in found}
        if self._most is None or sum(map(len, there.values())) <= self._most:
            self._kept[workspace] = there
        return list(chain.from_iterable(there.values()))

    def forget(self, workspace: str) -> None:
        self._kept.pop(workspace, None)


class Holdings:
    """Documents and statements of current sources, by path and place, never older than the ledger at the time of the call.

    Safe to share between threads.
    """

    def __init__(self, ledger: Ledger, most: int = MOST) -> None:
        self._ledger = ledger
        self._documents: _Shelf[Document] = _Shelf(ledger.documents_in)
        self._statements: _Shelf[Statement] = _Shelf(ledger.statements_in, most)
        self._lock = threading.Lock()

    def documents(self, workspace: str) -> list[Document]:
        with self._lock:
            return self._documents.of(workspace, self._ledger.readings(workspace))

    def said(self, workspace: str) -> tuple[list[Document], list[Statement]]:
        """Both, of the same readings."""
        with self._lock:
            numbers = self._ledger.readings(workspace)
            return self._documents.of(workspace, numbers), self._statements.of(workspace, numbers)

    def forget(self, workspace: str) -> None:
        """What was removed must not live on in memory until somebody asks."""
        with self._lock:
            self._documents.forget(workspace)
            self._statements.forget(workspace)
