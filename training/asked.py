"""The training companies' tasks as the service answers them: what it weighs, and what the author says decides."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from answer.answer import weigh
from answer.facts import case_of
from answer.precedence import Weighed
from domain.access import LOCAL
from domain.question import Question, Verdict
from service.ask import look_up
from service.ingest_files import ingest
from service.settings import Settings
from service.wiring import open_app
from training.dataset import ROOT, Gold, rendered, same_place, words


@dataclass(frozen=True, slots=True)
class Task:
    """``weighed``: every candidate, in the order found. ``right``: which of them lie on a norm that the author says decides."""

    company: str
    question: Question
    verdict: Verdict
    weighed: Sequence[Weighed]
    right: Sequence[bool]


def asked_of_companies(purpose: str | None) -> tuple[list[Task], list[Task]]:
    """All tasks, apart from those of the companies that the command line holds out, and those."""
    parser = argparse.ArgumentParser(description=purpose, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hold-out", nargs="*", default=[], metavar="SLUG")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "groundrule-training")
    options = parser.parse_args()
    tasks: list[Task] = []
    for company in sorted(p for p in (ROOT / "companies").iterdir() if (p / "corpus.json").exists()):
        own = list(tasks_of(rendered(company, options.work), options.work / "stores" / company.name))
        tasks += own
        print(f"{company.name}: of {len(own)} tasks {sum(any(t.right) for t in own)} have their record among the candidates", flush=True)
    return [t for t in tasks if t.company not in options.hold_out], [t for t in tasks if t.company in options.hold_out]


def tasks_of(folder: Path, store: Path) -> Iterator[Task]:
    """``store``: a data folder that is kept, so that the next fit reads nothing again."""
    meta, gold = json.loads((folder / "tasks.json").read_text()), Gold(folder)
    settings = Settings(data_dir=store, org_domains=frozenset(meta["domains"]))
    with open_app(settings) as app:
        ingest(app, LOCAL, [folder / "files"])
        for task in meta["tasks"]:
            question = Question(str(task["task"]), tuple(task["facts"].items()), str(task["as_of"]))
            asked, candidates = look_up(app, LOCAL, question)
            found = weigh(question, case_of(question), asked, candidates, app.library(LOCAL))
            right = [decides(weighed, gold, set(task["governing"])) for weighed in found]
            yield Task(folder.name, question, Verdict(task["verdict"]), found, right)


def decides(weighed: Weighed, gold: Gold, wanted: set[str]) -> bool:
    """Whether a record's evidence lies on a passage of a norm that the author says decides."""
    for evidence in weighed.record.evidence:
        key = evidence.citation.place.message_id or evidence.citation.path
        own = words(evidence.citation.quote)
        if any(wanted & set(ids) and same_place(own, span) for span, ids in gold.spans.get(key, [])):
            return True
    return False
