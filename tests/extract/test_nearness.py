"""What is kept of earlier comparisons gives what comparing everything at once gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

import numpy as np
import pytest
from numpy.typing import NDArray

from extract.kept import Kept
from extract.nearness import Foremost, Pairs
from extract.similarity import cosines

Floats = NDArray[np.float32]


class Thing:
    """Told apart as an object, in a plane so that many are near each other."""

    def __init__(self, name: int, angle: float) -> None:
        self.name, self.row = name, (float(np.cos(angle)), float(np.sin(angle)))


def rows(things: Sequence[Thing]) -> Floats:
    return np.asarray([thing.row for thing in things], np.float32).reshape(len(things), 2)


def alike(asking: Sequence[Thing], columns: Sequence[Thing]) -> Iterator[Floats]:
    return cosines(rows(asking), rows(columns))


def steps(seed: int) -> list[list[Thing]]:
    """A changing set: some come, some go, some are made anew under the same name."""
    dice, present, at = Random(seed), list[Thing](), 0
    found = []
    for _ in range(12):
        present = [thing for thing in present if dice.random() > 0.2]
        present += [Thing(at := at + 1, dice.random() * 6) for _ in range(dice.randrange(6))]
        present = [Thing(thing.name, dice.random() * 6) if dice.random() < 0.1 else thing for thing in present]
        found.append(sorted(present, key=lambda thing: thing.name))
    return found


@pytest.mark.parametrize("seed", range(10))
def test_pairs_are_those_of_comparing_everything(seed: int) -> None:
    kept: Pairs[Thing] = Pairs(rows, 0.8)
    for things in steps(seed):
        assert kept.among(things) == Pairs[Thing](rows, 0.8).among(things)
        half = things[::2]
        place = {id(thing): i for i, thing in enumerate(half)}
        whole = kept.among(things)
        wanted = [{place[id(things[j])]: c for j, c in whole[i].items() if id(things[j]) in place} for i in range(0, len(things), 2)]
        assert kept.within(half) == wanted


@pytest.mark.parametrize("seed", range(10))
def test_the_foremost_are_those_of_comparing_everything(seed: int) -> None:
    def fresh() -> Foremost[Thing, Thing]:
        return Foremost(alike, 3, lambda thing: thing.name)

    kept = fresh()
    for things in steps(seed):
        asking, columns = things[::2], things[1:]
        assert kept.among(asking, columns) == fresh().among(asking, columns)


def test_an_unchanged_list_is_the_very_same() -> None:
    things = [Thing(i, i / 10) for i in range(8)]
    kept: Foremost[Thing, Thing] = Foremost(alike, 2, lambda thing: thing.name)
    before = kept.among(things[:2], things[2:])
    after = kept.among(things[:2], [*things[2:], Thing(9, 3.0)])
    assert all(one is other for one, other in zip(before, after, strict=True))


def test_what_is_kept_goes_with_its_object() -> None:
    kept: Kept[list[int], int] = Kept()
    one, other = [1], [1]
    made = []

    def make(thing: list[int]) -> int:
        made.append(thing)
        return len(made)

    assert [kept.of(one, make), kept.of(one, make), kept.of(other, make)] == [1, 1, 2]
    kept.keep_only([other])
    assert [kept.of(other, make), kept.of(one, make)] == [2, 3]
