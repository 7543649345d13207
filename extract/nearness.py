"""Who is near whom among many vectors, kept up to date: what comes is laid beside what is there, and what was compared stays compared.

The result is that of comparing everything at once: numbers are rounded, so that they do not hang on what else is worked out beside them.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from extract.similarity import cosines

if TYPE_CHECKING:
    from extract.similarity import Floats

A = TypeVar("A")
T = TypeVar("T")
#: Digits of a cosine or score that count.
DIGITS = 5


class Pairs(Generic[T]):
    """All pairs of things whose cosine is at least ``floor``. ``rows``: their vectors at unit length, one each."""

    def __init__(self, rows: Callable[[Sequence[T]], Floats], floor: float) -> None:
        self._rows, self._floor = rows, floor
        self._held: dict[int, T] = {}
        self._near: dict[int, dict[int, float]] = {}

    def among(self, things: Sequence[T]) -> list[dict[int, float]]:
        """For each thing the positions of those near it, with their cosines; things are told apart as objects."""
        place = {id(thing): i for i, thing in enumerate(things)}
        for key in [key for key, thing in self._held.items() if key not in place or things[place[key]] is not thing]:
            self._forget(key)
        fresh = [thing for thing in things if id(thing) not in self._held]
        self._add(fresh)
        return [{place[other]: cosine for other, cosine in self._near[id(thing)].items()} for thing in things]

    def within(self, things: Sequence[T]) -> list[dict[int, float]]:
        """The same among some of those that were last compared."""
        place = {id(thing): i for i, thing in enumerate(things)}
        return [{place[k]: cosine for k, cosine in self._near[id(thing)].items() if k in place} for thing in things]

    def _forget(self, key: int) -> None:
        del self._held[key]
        for other in self._near.pop(key):
            self._near[other].pop(key, None)

    def _add(self, fresh: Sequence[T]) -> None:
        import numpy as np

        if not fresh:
            return
        self._held.update((id(thing), thing) for thing in fresh)
        keys = list(self._held)
        mine, everybody = self._rows(fresh), self._rows(list(self._held.values()))
        self._near.update((id(thing), {}) for thing in fresh)
        for thing, row in zip(fresh, cosines(mine, everybody), strict=True):
            rounded = np.round(row, DIGITS)
            for j in np.flatnonzero(rounded >= self._floor):
                other = keys[j]
                if other != id(thing):
                    self._near[id(thing)][other] = self._near[other][id(thing)] = float(rounded[j])


class _Best(Generic[A, T]):
    """``entries``: score (negative), order and column, the best first. ``pairs``: the same as shown, where nothing has come since."""

    def __init__(self, asking: A) -> None:
        self.asking = asking
        self.entries: list[tuple[float, Any, T]] = []
        self.pairs: list[tuple[T, float]] | None = None

    def shown(self) -> list[tuple[T, float]]:
        if self.pairs is None:
            self.pairs = [(column, -minus) for minus, _, column in self.entries]
        return self.pairs


class Foremost(Generic[A, T]):
    """The ``count`` columns that score highest for each that asks, the best first.

    ``score``: a row for each that asks, over the columns. ``order``: what comes first of those equal.
    """

    def __init__(self, score: Callable[[Sequence[A], Sequence[T]], Iterable[Floats]], count: int, order: Callable[[T], Any]) -> None:
        self._score, self._count, self._order = score, count, order
        self._columns: dict[int, T] = {}
        self._best: dict[int, _Best[A, T]] = {}

    def among(self, asking: Sequence[A], columns: Sequence[T]) -> list[list[tuple[T, float]]]:
        """For each that asks its best columns with their scores, the very list of last time where nothing came or went among them.

        Things are told apart as objects.
        """
        present = {id(column): column for column in columns}
        gone = {key for key, column in self._columns.items() if present.get(key) is not column}
        fresh = [column for key, column in present.items() if key in gone or key not in self._columns]
        self._columns = present
        known: list[A] = []
        anew: list[A] = []
        for thing in asking:
            held = self._best.get(id(thing))
            stale = held is None or held.asking is not thing or gone and any(id(column) in gone for *_, column in held.entries)
            (anew if stale else known).append(thing)
        self._best = {id(thing): self._best[id(thing)] for thing in known}
        self._compare(known, fresh)
        self._best.update((id(thing), _Best(thing)) for thing in anew)
        self._compare(anew, columns)
        return [self._best[id(thing)].shown() for thing in asking]

    def _compare(self, asking: Sequence[A], columns: Sequence[T]) -> None:
        """Lets columns in among the best that are held."""
        import numpy as np

        if not asking or not columns:
            return
        for thing, row in zip(asking, self._score(asking, columns), strict=True):
            rounded = np.round(row, DIGITS)
            held = self._best[id(thing)]
            best = held.entries
            least = float(np.partition(rounded, -self._count)[-self._count]) if len(rounded) > self._count else -np.inf
            if len(best) == self._count:
                least = max(least, -best[-1][0])
            for j in map(int, np.flatnonzero(rounded >= least)):
                insort(best, (-float(rounded[j]), self._order(columns[j]), columns[j]), key=lambda entry: entry[:2])
                held.pairs = None
            del best[self._count :]
