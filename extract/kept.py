"""What is worked out once and kept while the things that it was worked out from are the same objects."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

T = TypeVar("T")
V = TypeVar("V")


class Kept(Generic[T, V]):
    """By the very object, not by what it holds: immutable objects that are read once are the same as long as their source is."""

    def __init__(self) -> None:
        self._held: dict[int, tuple[T, V]] = {}

    def of(self, thing: T, make: Callable[[T], V]) -> V:
        held = self._held.get(id(thing))
        if held is None or held[0] is not thing:
            held = self._held[id(thing)] = (thing, make(thing))
        return held[1]

    def keep_only(self, things: Iterable[T]) -> None:
        """Lets go of what belongs to anything else."""
        alive = {id(thing) for thing in things}
        for key in [key for key in self._held if key not in alive]:
            del self._held[key]
