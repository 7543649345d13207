"""Fits extract.link.WEIGHTS on companies that neither the classifier nor the topics learned from.

python -m training.fit_links --hold-out SLUG ...
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from domain.document import Document
from domain.record import RecordKind
from domain.statement import Statement
from extract.assemble import gathered
from extract.bearings import FEATURES, Bending, Shelf, features
from extract.link import WEIGHTS
from extract.statements import Extractor
from extract.talks import Talks
from ingest.passages import passages_of
from training.dataset import Gold, documents_of, own_domains
from training.fit_confidence import landed
from training.held_out import held_out_folders

#: How strongly the weights are held to nothing; steps of the descent, and its first rate.
RIDGE, STEPS, RATE = 0.5, 400, 0.1

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bend:
    """An exception whose rule is known: the features of every rule (rules x FEATURES), and which of them are that rule's records."""

    company: str
    seen: Floats
    right: NDArray[np.bool_]


def bends(company: str, gold: Gold, statements: Sequence[Statement], documents: Sequence[Document], own: frozenset[str]) -> list[Bend]:
    found = gathered(statements, documents, own_domains=own)
    rules = sorted((r for r, _ in found.told.values() if r.kind is RecordKind.RULE), key=lambda r: r.id)
    meant = [landed(rule, gold) for rule in rules]
    exceptions, wanted = [], []
    for record, draft in found.told.values():
        ids = sorted(landed(record, gold)) if record.kind is RecordKind.EXCEPTION else []
        bent = next((gold.records[i].get("overrides") for i in ids), None)
        if bent:
            exceptions.append((record, draft))
            wanted.append(bent)
    if not exceptions:
        return []
    bending = [Bending.of(record, draft, found.around.beside(draft)) for record, draft in exceptions]
    seen = features(bending, Shelf.of(rules, found.around))
    table = np.stack([seen[name] for name in FEATURES], axis=-1).astype(np.float64)
    return [Bend(company, rows, np.array([bent in ids for ids in meant])) for rows, bent in zip(table, wanted, strict=True)]


def read(folder: Path) -> list[Bend]:
    own, documents = own_domains(folder), list(documents_of(folder))
    extractor, talks = Extractor(own_domains=own), Talks(documents)
    statements = [s for d in documents for s in extractor.extract(d, passages_of(d), talks.around(d)).statements]
    return bends(folder.name, Gold(folder), statements, documents, own)


def fitted(rows: Sequence[Bend]) -> dict[str, float]:
    """A softmax over each exception's rules, shrunk, by Adam's steps (Kingma and Ba, 2015); where no rule is right nothing is learned."""
    known = [row for row in rows if row.right.any()]
    weights, mean, spread = (np.zeros(len(FEATURES)) for _ in range(3))
    for step in range(1, STEPS + 1):
        slope = 2 * RIDGE * weights
        for row in known:
            share = np.exp(row.seen @ weights - (row.seen @ weights).max())
            right = share * row.right
            slope = slope + row.seen.T @ (share / share.sum() - right / max(right.sum(), 1e-12))
        mean, spread = 0.9 * mean + 0.1 * slope, 0.99 * spread + 0.01 * slope**2
        rate = RATE * (1 - step / (STEPS + 1))
        weights = weights - rate * (mean / (1 - 0.9**step)) / (np.sqrt(spread / (1 - 0.99**step)) + 1e-8)
    return dict(zip(FEATURES, (round(float(w), 2) for w in weights), strict=True))


def first_right(rows: Sequence[Bend], weights: Mapping[str, float]) -> float:
    """In which share of all exceptions the best rule is the right one."""
    worth = np.array([weights[name] for name in FEATURES])
    return sum(bool(row.right[int((row.seen @ worth).argmax())]) for row in rows) / len(rows)


def main() -> None:
    folders = held_out_folders(__doc__)
    rows = [row for folder in folders for row in read(folder)]
    apart = 0.0
    for name in [folder.name for folder in folders]:
        own = [row for row in rows if row.company == name]
        if own:
            apart += len(own) * first_right(own, fitted([row for row in rows if row.company != name]))
    weights = fitted(rows)
    there = sum(bool(row.right.any()) for row in rows) / len(rows)
    print(f"{len(rows)} exceptions, of {there:.2f} the rule is a record; the right one is first in {first_right(rows, WEIGHTS):.3f} as")
    print(f"it is, in {first_right(rows, weights):.3f} as fitted, in {apart / len(rows):.3f} with each company left out in turn")
    print("WEIGHTS =", json.dumps(weights, indent=4))


if __name__ == "__main__":
    main()
