"""Picks a field's value among candidates by a logistic ranking whose weights are in weights/fields.json."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from extract.minilm import own_file

Features = dict[str, float]
WEIGHTS = "fields.json"


@dataclass(frozen=True, slots=True)
class Candidate:
    """``key`` groups what names the same; ``text`` is how it is shown."""

    key: str
    text: str
    features: Features


@cache
def _stored() -> Mapping[str, Mapping[str, float]]:
    stored: dict[str, dict[str, float]] = json.loads(own_file(WEIGHTS).read_text(encoding="utf-8"))
    return stored


@lru_cache(maxsize=512)
def _combined(field: str, circumstances: tuple[str, ...]) -> Mapping[str, float]:
    """A field's weights under some circumstances: that of a feature by itself, and those of "circumstance:feature" added to it."""
    combined: dict[str, float] = {}
    for name, weight in _stored()[field].items():
        circumstance, _, feature = name.rpartition(":")
        if not circumstance or circumstance in circumstances:
            combined[feature] = combined.get(feature, 0.0) + weight
    return combined


def crossed(features: Features, circumstances: Sequence[str]) -> Features:
    """What the weights are fitted on: each feature by itself and under each circumstance; nouns by themselves only."""
    out = dict(features, **{"": 1.0})
    for circumstance in circumstances:
        out.update({f"{circumstance}:{name}": value for name, value in features.items() if not name.startswith("noun.")})
        out[f"{circumstance}:"] = 1.0
    return out


def odds(features: Features, field: str, circumstances: tuple[str, ...]) -> float:
    """The logit that a candidate is right; rounded, so that ties do not hang on the order of adding."""
    weights = _combined(field, circumstances)
    return round(weights.get("", 0.0) + sum(weights[name] * features[name] for name in sorted(features) if name in weights), 5)


def best_of(candidates: Sequence[Candidate], field: str, circumstances: tuple[str, ...]) -> tuple[Candidate, float]:
    """The likeliest and its logit; the first by key where several are."""
    scored = [(odds(c.features, field, circumstances), c) for c in candidates]
    score, best = max(scored, key=lambda pair: (pair[0], pair[1].key))
    return best, score


def chance(logit: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(min(logit, 30.0), -30.0)))
