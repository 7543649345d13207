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
    (RecordKind.RULE, True): Scale(1.977, 0.000, -0.812),
    (RecordKind.RULE, False): Scale(0.445, 0.000, 1.573),
    (RecordKind.EXCEPTION, True): Scale(0.582, 0.000, 1.195),
    (RecordKind.EXCEPTION, False): Scale(1.256, 0.047, 0.049),
    (RecordKind.HANDOFF, True): Scale(1.731, 0.068, -0.393),
    (RecordKind.HANDOFF, False): Scale(1.731, 0.068, -0.393),
}


def calibrated(belief: float, kind: RecordKind, *, formal: bool, repeated: bool) -> float:
    """The confidence of a record with three digits: nobody is ever quite sure, so neither 0 nor 1."""
    return round(min(max(SCALES[kind, formal].confidence(belief, repeated=repeated), EDGE), 1.0 - EDGE), 3)


def odds(belief: float) -> float:
    """Log odds of a probability."""
    held = min(max(belief, EDGE), 1.0 - EDGE)
    return math.log(held / (1.0 - held))
