"""The index's twin in memory: brute force over Python lists, for tests and trials of a few thousand points."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import fsum, sqrt
from operator import mul
from threading import RLock

from domain.ports import Hit, Point, Vector
from store.bm25 import Bm25, rarity
from store.fusion import depth, fuse, ranked
from store.vectors import rounded


@dataclass(frozen=True, slots=True)
class _Held:
    kind: str
    vector: Vector
    weights: dict[int, float]


@dataclass(slots=True)
class _Room:
    position: int = 0
    held: dict[str, _Held] = field(default_factory=dict)


class MemoryIndex:
    """domain.ports.Index; ranks as EdgeIndex does, up to rounding."""

    def __init__(self) -> None:
        self._bm25 = Bm25()
        self._rooms: dict[str, _Room] = {}
        self._lock = RLock()

    def position(self, workspace: str) -> int:
        return self._rooms.get(workspace, _Room()).position

    def apply(self, workspace: str, *, put: Sequence[Point], drop: Sequence[str], position: int) -> None:
        with self._lock:
            old = self._rooms.get(workspace, _Room())
            held = dict(old.held)
            for key in drop:
                held.pop(key, None)
            for point in put:
                weights = self._bm25.document(point.text)
                held[point.id] = _Held(point.kind, _unit(rounded(point.vector)), dict(zip(weights.tokens, weights.values, strict=True)))
            self._rooms[workspace] = _Room(position, held)

    def search(self, workspace: str, *, vector: Vector, text: str, kind: str, limit: int) -> list[Hit]:
        room = self._rooms.get(workspace, _Room())
        held = {key: one for key, one in room.held.items() if one.kind == kind}
        if limit < 1:
            return []
        rankings = [ranked(some)[: depth(limit)] for some in (self._dense(held, vector), self._sparse(held, text))]
        return fuse(rankings, limit)

    def _dense(self, held: dict[str, _Held], vector: Vector) -> list[Hit]:
        asked = _unit(vector)
        if not asked:
            return []
        return [Hit(key, fsum(map(mul, asked, one.vector))) for key, one in held.items() if one.vector]

    def _sparse(self, held: dict[str, _Held], text: str) -> list[Hit]:
        counts = Counter(token for one in held.values() for token in one.weights)
        asked = {token: rarity(len(held), counts[token]) for token in self._bm25.query(text)}
        scores = ((key, [asked[token] * one.weights[token] for token in asked if token in one.weights]) for key, one in held.items())
        return [Hit(key, fsum(parts)) for key, parts in scores if parts]

    def count(self, workspace: str) -> int:
        return len(self._rooms.get(workspace, _Room()).held)

    def wipe(self) -> None:
        with self._lock:
            self._rooms = {}

    def ping(self) -> None:
        """Memory always answers."""

    def close(self) -> None:
        """There is nothing to close."""


def _unit(vector: Vector) -> Vector:
    length = sqrt(fsum(map(mul, vector, vector)))
    return tuple(number / length for number in vector) if length else ()
