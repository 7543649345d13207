"""Fits the weights of answer.precedence on the training companies' tasks.

Learned is which candidate decides, as a softmax over each task's candidates.

python -m training.fit_ranking [--hold-out SLUG ...]
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from answer.precedence import WEIGHTS, features
from training.asked import Task, asked_of_companies

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

STEPS, RATE, SHRINK = 3000, 0.3, 0.003


@dataclass(frozen=True, slots=True)
class Ranked:
    """One task: features of each candidate (candidates x features), and which of them decide."""

    rows: Floats
    right: NDArray[np.bool_]


def ranked(tasks: Sequence[Task]) -> list[Ranked]:
    """Tasks whose deciding record is not among the candidates teach nothing."""
    known = [task for task in tasks if any(task.right)]
    return [Ranked(np.array([list(features(w).values()) for w in task.weighed]), np.array(task.right)) for task in known]


def fit(tasks: Sequence[Ranked]) -> Floats:
    """Gradient descent from the present weights, shrunk towards them."""
    start = np.array(list(WEIGHTS.values()))
    weights = start.copy()
    for _ in range(STEPS):
        gradient = SHRINK * (weights - start)
        for task in tasks:
            scores = task.rows @ weights
            chance = np.exp(scores - scores.max())
            chance /= chance.sum()
            among = np.where(task.right, chance, 0.0)
            gradient += task.rows.T @ (chance - among / among.sum()) / len(tasks)
        weights -= RATE * gradient
    return weights


def first_is_right(tasks: Sequence[Ranked], weights: Floats) -> float:
    return float(np.mean([task.right[int(np.argmax(task.rows @ weights))] for task in tasks])) if tasks else float("nan")


def main() -> None:
    learned, held = (ranked(tasks) for tasks in asked_of_companies(__doc__))
    weights, before = fit(learned), np.array(list(WEIGHTS.values()))
    print(f"decides first: learned {first_is_right(learned, before):.3f} -> {first_is_right(learned, weights):.3f}, "
          f"held out {first_is_right(held, before):.3f} -> {first_is_right(held, weights):.3f}")  # fmt: skip
    print("WEIGHTS =", json.dumps(dict(zip(WEIGHTS, (round(float(w), 2) for w in weights), strict=True))))


if __name__ == "__main__":
    main()
