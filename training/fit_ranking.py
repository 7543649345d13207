"""Fits the weights of answer.precedence on the training companies' tasks.

Learned is which candidate decides, as a softmax over each task's candidates.

python -m training.fit_ranking [--hold-out SLUG ...]
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from answer.answer import weigh
from answer.facts import case_of
from answer.precedence import WEIGHTS, Weighed, features
from domain.access import LOCAL
from domain.question import Question
from service.ask import look_up
from service.ingest_files import ingest
from service.settings import Settings
from service.wiring import App, open_app
from training.dataset import ROOT, Gold, rendered, same_place, words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

STEPS, RATE, SHRINK = 3000, 0.3, 0.003


@dataclass(frozen=True, slots=True)
class Ranked:
    """One task: features of each candidate (candidates x features), which of them decide, and the company."""

    company: str
    rows: Floats
    right: NDArray[np.bool_]


def decides(weighed: Weighed, gold: Gold, wanted: set[str]) -> bool:
    """Whether a record's evidence lies on a passage of a norm that the author says decides."""
    for evidence in weighed.record.evidence:
        key = evidence.citation.place.message_id or evidence.citation.path
        own = words(evidence.citation.quote)
        if any(wanted & set(ids) and same_place(own, span) for span, ids in gold.spans.get(key, [])):
            return True
    return False


def tasks_of(folder: Path, store: Path) -> list[Ranked]:
    meta, gold = json.loads((folder / "tasks.json").read_text()), Gold(folder)
    settings = Settings(data_dir=store, org_domains=frozenset(meta["domains"]))
    with open_app(settings) as app:
        ingest(app, LOCAL, [folder / "files"])
        return [task for t in meta["tasks"] if (task := _ranked(app, t, gold, folder.name)) is not None]


def _ranked(app: App, task: dict[str, object], gold: Gold, company: str) -> Ranked | None:
    facts, wanted = task["facts"], task["governing"]
    assert isinstance(facts, dict) and isinstance(wanted, list)
    question = Question(str(task["task"]), tuple(facts.items()), str(task["as_of"]))
    asked, candidates = look_up(app, LOCAL.workspace, question)
    found = weigh(question, case_of(question), asked, candidates, app.library(LOCAL.workspace))
    right = np.array([decides(w, gold, set(wanted)) for w in found])
    rows = np.array([list(features(w).values()) for w in found])
    return Ranked(company, rows, right) if right.any() else None


def fit(tasks: list[Ranked]) -> Floats:
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


def first_is_right(tasks: list[Ranked], weights: Floats) -> float:
    return float(np.mean([task.right[int(np.argmax(task.rows @ weights))] for task in tasks])) if tasks else float("nan")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hold-out", nargs="*", default=[], metavar="SLUG")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "groundrule-training")
    options = parser.parse_args()
    tasks: list[Ranked] = []
    for company in sorted(p for p in (ROOT / "companies").iterdir() if (p / "corpus.json").exists()):
        tasks += tasks_of(rendered(company, options.work), options.work / "stores" / company.name)
        print(f"{company.name}: {sum(t.company == company.name for t in tasks)} tasks whose record was found", flush=True)
    learned = [t for t in tasks if t.company not in options.hold_out]
    held = [t for t in tasks if t.company in options.hold_out]
    weights, before = fit(learned), np.array(list(WEIGHTS.values()))
    print(f"decides first: learned {first_is_right(learned, before):.3f} -> {first_is_right(learned, weights):.3f}, "
          f"held out {first_is_right(held, before):.3f} -> {first_is_right(held, weights):.3f}")  # fmt: skip
    print("WEIGHTS =", json.dumps(dict(zip(WEIGHTS, (round(float(w), 2) for w in weights), strict=True))))


if __name__ == "__main__":
    main()
