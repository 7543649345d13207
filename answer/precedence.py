"""What wins when several records speak, and how candidates are ranked."""

from __future__ import annotations

from dataclasses import dataclass

from answer.applicability import Judgement
from domain.question import Applies
from domain.record import Record, RecordKind


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate with everything that its rank rests on.

    ``closeness``: cosine with the question. ``about``: cosine of the two topics. ``overlap``: share of rare words in common. ``fused``:
    search's score, its best being 1.
    """

    record: Record
    judgement: Judgement
    closeness: float
    about: float
    overlap: float
    fused: float


#: Fitted on the tasks of the training companies (training/fit_ranking.py); each is the worth of one unit of its feature.
WEIGHTS = {
    "closeness": 5.85,
    "about": 4.99,
    "overlap": 4.84,
    "fused": 2.29,
    "named": -0.04,
    "nameless": -0.15,
    "unnamed": -0.3,
    "out_of_time": -2.74,
    "excluded": -0.67,
    "exception": 1.29,
    "handoff": -2.21,
    "one_off": -1.01,
}


def features(weighed: Weighed) -> dict[str, float]:
    """What is known of a candidate, as numbers."""
    record, judgement = weighed.record, weighed.judgement
    out_of_time = (
        judgement.applies is Applies.NO and bool(judgement.because) and " on " in judgement.because[0] and judgement.names_met == 0.0
    )
    return {
        "closeness": weighed.closeness,
        "about": weighed.about,
        "overlap": weighed.overlap,
        "fused": weighed.fused,
        "named": judgement.names_met if record.scope else 0.0,
        "nameless": float(not record.scope),
        "unnamed": float(bool(record.scope) and judgement.names_met == 0.0),
        "out_of_time": float(out_of_time),
        "excluded": float(judgement.applies is Applies.NO and not out_of_time),
        "exception": float(record.kind is RecordKind.EXCEPTION),
        "handoff": float(record.kind is RecordKind.HANDOFF),
        "one_off": float(record.recurrence == "one_off"),
    }


def rank(weighed: Weighed) -> float:
    """A sum of weighted features: what each contributed can be read off."""
    return sum(WEIGHTS[name] * value for name, value in features(weighed).items())
