"""Fits extract.calibration.SCALES on companies that the classifier did not learn from, and tells the error left on each in turn.

python -m training.fit_confidence --hold-out SLUG ...
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from domain.record import Record, RecordKind, Status
from extract.assemble import assemble
from extract.calibration import SCALES, Scale, odds
from extract.statements import Extractor
from extract.talks import Talks
from ingest.passages import passages_of
from training.dataset import Gold, documents_of, own_domains, same_place, words
from training.held_out import held_out_folders

BINS = 10
FEWEST = 12


@dataclass(frozen=True, slots=True)
class Judged:
    company: str
    kind: RecordKind
    formal: bool
    belief: float
    repeated: bool
    right: bool


def landed(record: Record, gold: Gold) -> set[str]:
    """The gold norms of its kind on which the record's evidence lies."""
    found: set[str] = set()
    for evidence in record.evidence:
        own = words(evidence.citation.quote)
        for span, ids in gold.spans.get(evidence.citation.place.message_id or evidence.citation.path, []):
            if same_place(own, span):
                found |= {i for i in ids if i in gold.records and gold.records[i]["kind"] == record.kind.value}
    return found


def judged(folder: Path) -> list[Judged]:
    """Each record of a company, most believed first, right where it is the first on some norm."""
    gold, own = Gold(folder), own_domains(folder)
    extractor, documents = Extractor(own_domains=own), list(documents_of(folder))
    talks = Talks(documents)
    statements = [s for d in documents for s in extractor.extract(d, passages_of(d), talks.around(d)).statements]
    taken: set[str] = set()
    rows = []
    likelihood = {(s.citation.document_id, s.citation.span): s.likelihood for s in statements}

    def belief_of(record: Record) -> float:
        cited = [likelihood[e.citation.document_id, e.citation.span] for e in record.evidence]
        return max(float(getattr(belief, record.kind.value)) for belief in cited)

    records = [record for record in assemble(statements, documents, own_domains=own) if record.status is Status.PROPOSED]
    for record in sorted(records, key=lambda record: (-belief_of(record), record.id)):
        fresh = sorted(landed(record, gold) - taken)
        taken |= set(fresh[:1])
        formal = record.documentation.value == "documented"
        rows.append(Judged(folder.name, record.kind, formal, belief_of(record), len(record.evidence) > 1, bool(fresh)))
    return rows


def fitted(rows: Sequence[Judged]) -> dict[tuple[RecordKind, bool], Scale]:
    """Where too few records of a sort are known, all sorts together."""
    scales = {}
    for key in SCALES:
        some = [row for row in rows if (row.kind, row.formal) == key]
        if len(some) < FEWEST or len({row.right for row in some}) < 2:
            some = list(rows)
        model = LogisticRegression(C=1.0).fit([[odds(r.belief), float(r.repeated)] for r in some], [r.right for r in some])
        slope, repeated = (float(c) for c in model.coef_[0])
        scales[key] = Scale(slope, repeated, float(model.intercept_[0]))
    return scales


def said(row: Judged, scales: dict[tuple[RecordKind, bool], Scale]) -> float:
    return scales[row.kind, row.formal].confidence(row.belief, repeated=row.repeated)


def error(pairs: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error of (confidence, right) over bins of equal width."""
    confidence, right = np.array([c for c, _ in pairs]), np.array([r for _, r in pairs], float)
    place = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return float(sum(np.mean(place == b) * abs(confidence[place == b].mean() - right[place == b].mean()) for b in set(place)))


def main() -> None:
    folders = held_out_folders(__doc__)
    rows = [row for folder in folders for row in judged(folder)]
    apart: list[tuple[float, bool]] = []
    for name in [folder.name for folder in folders]:
        others = fitted([row for row in rows if row.company != name])
        apart += [(said(row, others), row.right) for row in rows if row.company == name]
    scales = fitted(rows)
    for (kind, formal), scale in scales.items():
        count = sum((row.kind, row.formal) == (kind, formal) for row in rows)
        print(f"{kind.name}, formal {formal}: Scale({scale.slope:.3f}, {scale.repeated:.3f}, {scale.offset:.3f}) from {count} records")
    print(
        f"calibration error {error([(said(row, scales), row.right) for row in rows]):.3f}; each company left out in turn {error(apart):.3f}"
    )


if __name__ == "__main__":
    main()
