"""Turns what the classifier believes into the share of such records that are right: Platt's scaling (Platt, 1999), by kind and voice."""

from __future__ import annotations

import math
from dataclasses import dataclass

from domain.record import RecordKind

#: Beliefs nearer to 0 or 1 than this say no more.
EDGE = 0.001


@dataclass(frozen=True, slots=True)
class Scale:
    """``slope`` of the belief's log odds; ``repeated``: added where several pieces of evidence say it; ``offset``."""

    slope: float
    repeated: float
    offset: float

    def confidence(self, belief: float, *, repeated: bool) -> float:
        return 1.0 / (1.0 + math.exp(-(self.slope * odds(belief) + self.repeated * repeated + self.offset)))


#: By kind, and by whether a formal document speaks; printed by training/fit_confidence.py on the companies held out from training.
SCALES = {
    (RecordKind.RULE, True): Scale(0.834, 0.000, 0.332),
    (RecordKind.RULE, False): Scale(0.526, 0.000, -0.477),
    (RecordKind.EXCEPTION, True): Scale(0.780, 0.000, -1.503),
    (RecordKind.EXCEPTION, False): Scale(0.598, 0.661, -1.331),
    (RecordKind.HANDOFF, True): Scale(0.579, -0.375, 0.136),
    (RecordKind.HANDOFF, False): Scale(0.579, -0.375, 0.136),
}


def calibrated(belief: float, kind: RecordKind, *, formal: bool, repeated: bool) -> float:
    """The confidence of a record, 0..1 with three digits."""
    return round(SCALES[kind, formal].confidence(belief, repeated=repeated), 3)


def odds(belief: float) -> float:
    """Log odds of a probability."""
    held = min(max(belief, EDGE), 1.0 - EDGE)
    return math.log(held / (1.0 - held))
