"""The figures that a gate looks at, by name, and the one machine-readable shape of an evaluation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from statistics import fmean

from service.evaluation.calibration import Calibration
from service.evaluation.cases import CaseScores
from service.evaluation.confusion import Matrix
from service.evaluation.judge import Evaluation
from service.evaluation.scores import Found, RecordScores, Share

#: The version of the JSON; raised when a name changes its meaning.
FORMAT = 1

#: Figures that are better when they are small.
SMALL_IS_GOOD = frozenset({"calibration_error", "decoys_taken", "duplicates", "misled_by_decoy"})

FIELDS = (
    "modality", "recurrence", "values", "subject", "handler", "scope", "documentation", "validity", "overrides", "handoff_from",
    "handoff_to",
)  # fmt: skip
FOUND = ("rule", "exception", "handoff", "undocumented_exception")
CASES = ("governing_at_1", "governing_at_5", "decided_by_undocumented_at_1", "verdict", "misled_by_decoy")
#: Every name that a bar can be set for; those of FOUND are F1, and have a precision and a recall beside it.
NAMES = (
    *FOUND,
    *(f"{name}.{part}" for name in FOUND for part in ("precision", "recall")),
    *FIELDS, "decoys_taken", "duplicates", "calibration_error", *CASES,
)  # fmt: skip


def figures_of(evaluation: Evaluation) -> dict[str, float]:
    """Name -> value, each 0..1 and rounded to three digits; what this gold cannot tell is left out."""
    return {**dict(_of_records(evaluation.records)), **_of_calibration(evaluation.calibration), **dict(_of_cases(evaluation.cases))}


def _of_records(scores: RecordScores) -> Iterator[tuple[str, float]]:
    for name, found in found_of(scores).items():
        if found.gold or found.predicted:
            yield name, found.f1
            yield f"{name}.precision", found.precision
            yield f"{name}.recall", found.recall
    for name, share in fields_of(scores).items():
        yield name, share
    if scores.decoys:
        yield "decoys_taken", round(scores.taken / scores.decoys, 3)
    if scores.records:
        yield "duplicates", round(scores.duplicates / scores.records, 3)


def found_of(scores: RecordScores) -> dict[str, Found]:
    return {**scores.kinds, "undocumented_exception": scores.undocumented_exception}


def fields_of(scores: RecordScores) -> dict[str, float]:
    """In the order of FIELDS; values as F1 of the amounts."""
    known = {name: share.value for name, share in scores.fields.items()}
    if scores.values.gold or scores.values.predicted:
        known["values"] = scores.values.f1
    return {name: known[name] for name in FIELDS if name in known}


def _of_calibration(calibration: Calibration) -> dict[str, float]:
    return {"calibration_error": calibration.error} if calibration.n else {}


def _of_cases(cases: CaseScores | None) -> Iterator[tuple[str, float]]:
    if cases is None:
        return
    yield "governing_at_1", cases.first.value
    yield "governing_at_5", cases.among_five.value
    if cases.by_undocumented.of:
        yield "decided_by_undocumented_at_1", cases.by_undocumented.value
    yield "verdict", cases.verdict.value
    yield "misled_by_decoy", cases.misled.value


def mean_figures(all_of: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The plain mean over the folders that have the figure, in the order of NAMES."""
    values = {name: [figures[name] for figures in all_of if name in figures] for name in NAMES}
    return {name: round(fmean(held), 3) for name, held in values.items() if held}


def evaluations_json(evaluations: Sequence[Evaluation], version: str) -> dict[str, object]:
    """What `--json` writes and `--baseline` reads. Only ``timing`` differs from run to run on the same files and the same version."""
    return {
        "format": FORMAT,
        "version": version,
        "figures": mean_figures([figures_of(one) for one in evaluations]),
        "folders": [_folder(one) for one in evaluations],
    }


def _folder(one: Evaluation) -> dict[str, object]:
    gold, scores = one.gold, one.records
    return {
        "name": gold.name,
        "digest": gold.digest,
        "today": gold.today,
        "gold": {"records": len(gold.records), "decoys": len(gold.decoys), "passages": len(gold.spans), "cases": len(gold.cases)},
        "files": one.files,
        "refused": [asdict(refusal) for refusal in one.refused],
        "notes": list(one.notes),
        "figures": figures_of(one),
        "found": {name: _found(found) for name, found in found_of(scores).items()},
        "fields": {name: _share(share) for name, share in scores.fields.items()} | {"values": _found(scores.values)},
        "records": scores.records,
        "duplicates": scores.duplicates,
        "decoys": {"taken": scores.taken, "of": scores.decoys, "by_why": {w: _share(s) for w, s in scores.decoys_taken.items()}},
        "calibration": _calibration(one.calibration),
        "confusion": {"kinds": _matrix(one.kinds), "speech_acts": _matrix(one.acts)},
        "cases": _cases(one.cases),
        "misses": [asdict(miss) for miss in one.misses],
        "timing": _timing(one),
    }


def _found(found: Found) -> dict[str, object]:
    parts = {"precision": found.precision, "recall": found.recall, "f1": found.f1}
    return {**parts, "right": found.right, "predicted": found.predicted, "gold": found.gold}


def _share(share: Share) -> dict[str, object]:
    return {"share": share.value, "right": share.right, "of": share.of}


def _calibration(calibration: Calibration) -> dict[str, object]:
    bins = [
        {
            "from": b.low,
            "to": b.high,
            "n": b.n,
            "right": b.right,
            "confidence": round(b.confidence, 3),
            "share_right": round(b.share_right, 3),
        }
        for b in calibration.bins
    ]
    return {"expected_error": calibration.error, "records": calibration.n, "bins": bins}


def _matrix(matrix: Matrix) -> dict[str, object]:
    return {"rows": list(matrix.rows), "columns": list(matrix.columns), "counts": [list(row) for row in matrix.counts]}


def _cases(cases: CaseScores | None) -> dict[str, object] | None:
    if cases is None:
        return None
    shares = {
        "governing_at_1": cases.first,
        "governing_at_5": cases.among_five,
        "verdict": cases.verdict,
        "decided_by_undocumented_at_1": cases.by_undocumented,
        "misled_by_decoy": cases.misled,
        "asks_for_missing_facts": cases.asks,
    }
    return {**{name: _share(share) for name, share in shares.items()}, "wrong": [asdict(wrong) for wrong in cases.wrong]}


def _timing(one: Evaluation) -> dict[str, object]:
    answers = {"median_ms": one.cases.milliseconds(0.5), "p95_ms": one.cases.milliseconds(0.95)} if one.cases else {}
    return {"ingest_seconds": one.seconds, **answers}
