"""Fits extract.second_look.WEIGHTS on companies that the classifier did not learn from.

python -m training.fit_second_look --hold-out SLUG ...
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.preprocessing import StandardScaler

from domain.statement import Statement
from extract.second_look import WEIGHTS, features
from extract.statements import CANDIDATE, Extractor
from extract.talks import Talks
from ingest.passages import passages_of
from training.dataset import Gold, documents_of, own_domains
from training.held_out import held_out_folders

#: How weakly the weights are held to nothing (the inverse strength of their squares, for features of unit variance).
FREEDOM = 0.05


@dataclass(frozen=True, slots=True)
class Seen:
    """A sentence of a company: its features and the kinds of the norms that the author marked on it."""

    company: str
    features: Mapping[str, float]
    kinds: frozenset[str]


def seen_in(company: str, statements: Sequence[Statement], ids_of: Mapping[str, Sequence[str]], gold: Gold) -> list[Seen]:
    """Those that the classifier holds at all likely. ``ids_of``: what the author marked, by statement."""
    found = []
    for statement in statements:
        if max(statement.likelihood.rule, statement.likelihood.exception) >= CANDIDATE:
            kinds = frozenset(gold.records[i]["kind"] for i in ids_of[statement.id] if i in gold.records)
            found.append(Seen(company, features(statement), kinds))
    return found


def read(folder: Path) -> list[Seen]:
    """A company's sentences as the classifier alone sees them."""
    gold, own = Gold(folder), own_domains(folder)
    extractor, documents = Extractor(own_domains=own, second_look=False), list(documents_of(folder))
    talks = Talks(documents)
    found = []
    for document in documents:
        statements = extractor.extract(document, passages_of(document), talks.around(document)).statements
        found += seen_in(folder.name, statements, {s.id: gold.ids(document, s.citation.quote) for s in statements}, gold)
    return found


def fitted(rows: Sequence[Seen], kind: str) -> dict[str, float]:
    """The weights for the features as they are, not standardised."""
    names = [name for name in rows[0].features if name != "always"]
    x = np.array([[row.features[name] for name in names] for row in rows])
    scaler = StandardScaler().fit(x)
    model = LogisticRegression(C=FREEDOM, max_iter=5000).fit(scaler.transform(x), [kind in row.kinds for row in rows])
    worth = model.coef_[0] / scaler.scale_
    return {"always": float(model.intercept_[0] - worth @ scaler.mean_), **dict(zip(names, map(float, worth), strict=True))}


def score(rows: Sequence[Seen], weights: Mapping[str, float]) -> list[float]:
    return [sum(weights[name] * value for name, value in row.features.items()) for row in rows]


def precision(rows: Sequence[Seen], scores: Sequence[float], kind: str) -> float:
    """Average precision."""
    return float(average_precision_score([kind in row.kinds for row in rows], scores))


def main() -> None:
    folders = held_out_folders(__doc__)
    rows = [row for folder in folders for row in read(folder)]
    found = {}
    for kind in WEIGHTS:
        first = [row.features[kind] for row in rows]
        apart: list[Seen] = []
        second: list[float] = []
        for name in [folder.name for folder in folders]:
            own = [row for row in rows if row.company == name]
            weights = fitted([row for row in rows if row.company != name], kind)
            apart, second = apart + own, second + score(own, weights)
        before, after = precision(rows, first, kind), precision(apart, second, kind)
        print(f"{kind}: average precision {before:.3f}, each company left out in turn {after:.3f}")
        found[kind] = {name: round(worth, 3) for name, worth in fitted(rows, kind).items()}
    print("WEIGHTS =", json.dumps(found, indent=4))


if __name__ == "__main__":
    main()
