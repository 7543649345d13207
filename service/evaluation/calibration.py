"""How far a record's confidence can be believed: of the records that say .8, do four in five match the gold?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

#: Bins of equal width; a confidence of 1 falls into the last.
BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Confidences from ``low`` up to ``high``; sums, so that bins of several folders can be added."""

    low: float
    high: float
    n: int
    right: int
    confidence_sum: float

    @property
    def confidence(self) -> float:
        """The mean; 0 where the bin is empty."""
        return self.confidence_sum / self.n if self.n else 0.0

    @property
    def share_right(self) -> float:
        return self.right / self.n if self.n else 0.0

    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share that is right; all of 0..1 where the bin is empty."""
        if not self.n:
            return 0.0, 1.0
        z, n, p = 1.96, self.n, self.share_right
        middle, half = (p + z * z / (2 * n)) / (1 + z * z / n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class Calibration:
    bins: tuple[Bin, ...]

    @property
    def n(self) -> int:
        return sum(one.n for one in self.bins)

    @property
    def error(self) -> float:
        """The expected calibration error: each bin's gap between confidence and share right, weighted by its records."""
        gaps = sum(abs(one.confidence_sum - one.right) for one in self.bins)
        return round(gaps / self.n, 3) if self.n else 0.0


def calibrated(judged: Sequence[tuple[float, bool]]) -> Calibration:
    """``judged``: (confidence 0..1, whether the record matched the gold) of each record."""
    sorted_in: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for confidence, right in judged:
        sorted_in[max(0, min(int(round(confidence * BINS, 9)), BINS - 1))].append((confidence, right))
    return Calibration(
        tuple(
            Bin(at / BINS, (at + 1) / BINS, len(held), sum(right for _, right in held), round(sum(c for c, _ in held), 6))
            for at, held in enumerate(sorted_in)
        )
    )


def pooled(parts: Sequence[Calibration]) -> Calibration:
    """The records of several folders in one."""
    columns = zip(*(part.bins for part in parts), strict=True)
    return Calibration(
        tuple(
            Bin(bins[0].low, bins[0].high, sum(b.n for b in bins), sum(b.right for b in bins), sum(b.confidence_sum for b in bins))
            for bins in columns
        )
    )
