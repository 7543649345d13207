"""Reads a gold folder into a throw-away data folder, asks its cases and scores what comes out."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from domain.access import LOCAL
from domain.question import Question
from domain.statement import Statement
from service.ask import context
from service.evaluation.calibration import Calibration, calibrated
from service.evaluation.cases import CaseScores, score_cases
from service.evaluation.confusion import Matrix, acts_matrix, kinds_matrix
from service.evaluation.found import FoundAnswer, FoundRecord, answer_of, record_of
from service.evaluation.gold import Gold
from service.evaluation.matching import match, words_of
from service.evaluation.misses import Miss, misses_of
from service.evaluation.scores import RecordScores, score_records
from service.export import export_records
from service.ingest_files import Progress, Refusal, ingest
from service.present import answer_json
from service.settings import Settings
from service.wiring import App, open_app

Report = Callable[[Progress], None]
#: So many records of an answer are looked at, as bench and agents ask by default.
LIMIT = 10


@dataclass(frozen=True)
class Evaluation:
    """All that is known of one gold folder. ``seconds``: of reading, 0 where it was not read here. ``cases``: None where there are none."""

    gold: Gold
    records: RecordScores
    cases: CaseScores | None
    calibration: Calibration
    kinds: Matrix
    acts: Matrix
    misses: tuple[Miss, ...] = field(repr=False)
    files: int = 0
    refused: tuple[Refusal, ...] = ()
    seconds: float = 0.0
    notes: tuple[str, ...] = ()


def evaluate(
    gold: Gold,
    settings: Settings,
    *,
    org_domains: frozenset[str] = frozenset(),
    workers: int | None = None,
    progress: Report | None = None,
) -> Evaluation:
    """Nothing of it stays on disk, and nothing that the settings' own folder and servers hold is read.

    ``org_domains``: in place of those of tasks.json, or of the settings where that names none.
    """
    report = _named(gold.name, progress)
    with TemporaryDirectory(prefix="groundrule-eval-") as folder:
        domains = org_domains or gold.domains or settings.org_domains
        update = {"data_dir": Path(folder), "org_domains": domains, "database_url": None, "qdrant_url": None}
        with open_app(settings.model_copy(update=update)) as app:
            summary = ingest(app, LOCAL, [gold.files], workers=workers, progress=report)
            judged = judge(app, gold, progress=report)
    return replace(judged, refused=summary.refused, seconds=summary.seconds)


def _named(name: str, progress: Report | None) -> Report:
    """Says of which folder a step is."""
    return lambda step: progress(replace(step, stage=f"{name}, {step.stage}")) if progress else None


def judge(app: App, gold: Gold, *, progress: Report | None = None) -> Evaluation:
    """Scores what an open data folder holds, into which the gold's files were read and nothing else."""
    answers = asked(app, gold, progress or (lambda _: None))
    judged = assess(gold, exported(app, gold), app.ledger.statements(LOCAL.workspace), answers)
    return replace(judged, files=len(app.ledger.sources(LOCAL.workspace)), notes=(*gold.notes, *_unread(app, gold)))


def assess(gold: Gold, records: Sequence[FoundRecord], statements: Sequence[Statement], answers: Mapping[str, FoundAnswer]) -> Evaluation:
    """Scores records, the statements they were made from, and the answer to each of the gold's cases."""
    matching = match(gold, records)
    return Evaluation(
        gold=gold,
        records=score_records(gold, records, matching),
        cases=score_cases(gold, answers) if gold.cases else None,
        calibration=calibrated([(record.confidence, record.id in matching.matched) for record in records]),
        kinds=kinds_matrix(gold, records, matching),
        acts=acts_matrix(gold, statements, matching.passages),
        misses=misses_of(gold, records, matching),
    )


def exported(app: App, gold: Gold) -> list[FoundRecord]:
    """The records as `groundrule export records` writes them, valid on the gold's day."""
    chunks = export_records(app, LOCAL, as_of=gold.today, form="jsonl", statuses=None)
    return [record_of(json.loads(line)) for line in chunks]


def asked(app: App, gold: Gold, report: Report) -> dict[str, FoundAnswer]:
    """The answer to each case, by its id."""
    answers: dict[str, FoundAnswer] = {}
    for number, case in enumerate(gold.cases, 1):
        question = Question(case.task, tuple(sorted(case.facts.items())), case.as_of or gold.today, limit=LIMIT)
        started = time.monotonic()
        shown = answer_json(app, LOCAL, context(app, LOCAL, question))
        answers[case.id] = answer_of(shown, time.monotonic() - started)
        report(Progress(number, len(gold.cases), "", "answering", "cases"))
    return answers


def _unread(app: App, gold: Gold) -> Iterator[str]:
    """Gold passages whose words are not in the text that was read: a slip in the gold, or a file that reads otherwise than it looks."""
    held = [(document.path, words_of(document.text)) for document in app.ledger.documents(LOCAL.workspace)]
    for at, span in enumerate(gold.spans):
        words = words_of(span.text)
        near = [there for path, there in held if path == span.file or path.endswith("/" + span.file)]
        if near and not any(words <= there for there in near):
            yield f"gold.json: spans[{at}] ({', '.join(span.ids)}): not all of its words stand in {span.file} as it was read"
