"""The figures are those of the shared benchmark's own scorer, on marred gold and on a whole company as it is read."""

from __future__ import annotations

import importlib.util
import json
import random
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from domain.access import LOCAL
from domain.question import Question
from service.ask import context
from service.evaluation.figures import FOUND, fields_of, figures_of, found_of
from service.evaluation.found import answer_of, record_of
from service.evaluation.gold import Gold, load_gold
from service.evaluation.judge import Evaluation, assess, judge
from service.export import export_records
from service.ingest_files import ingest
from service.present import answer_json
from service.settings import Settings
from service.wiring import open_app
from tests.service.evaluation.planted import exported

BENCH = Path(__file__).resolve().parents[4] / "shared" / "bench"
CORPORA = sorted(path.parent for path in BENCH.glob("corpora/*/gold.json"))

pytestmark = [pytest.mark.shared, pytest.mark.skipif(not (BENCH / "score.py").exists() or not CORPORA, reason="needs ../shared/bench")]


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_score", BENCH / "score.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def compared(bench: ModuleType, folder: Path, one: Evaluation, records: list[dict[str, Any]], answers: dict[str, dict[str, Any]]) -> None:
    """Every figure of the bench's scorer against ours."""
    gold = bench.Gold(folder)
    theirs, cases = bench.score_records(gold, records), bench.score_context(gold, answers)
    ours = found_of(one.records)
    for name in FOUND:
        mine = {"precision": ours[name].precision, "recall": ours[name].recall, "f1": ours[name].f1}
        assert mine | {"n": ours[name].gold, "predicted": ours[name].predicted} == theirs[name], name
    fields = {"values_f1" if name == "values" else name: value for name, value in fields_of(one.records).items()}
    assert fields == theirs["fields"]
    counts = (one.records.duplicates, one.records.taken, one.records.decoys)
    assert counts == (theirs["duplicates"], theirs["decoys_taken"], theirs["decoys"])
    assert sorted(m.id for m in one.misses if m.sort == "missed") == [line.split()[0] for line in theirs["_missed"]]
    assert sorted(m.id for m in one.misses if m.sort != "missed") == [line.split()[0] for line in theirs["_spurious"]]
    figures = figures_of(one)
    for name in ("governing_at_1", "governing_at_5", "verdict", "decided_by_undocumented_at_1"):
        assert figures[name] == cases[name], name
    assert one.cases is not None
    asks = f"{one.cases.asks.right}/{one.cases.asks.of}"
    assert (one.cases.misled.right, asks) == (cases["misled_by_decoy"], cases["asks_for_missing_facts"])
    assert (one.cases.milliseconds(0.5), one.cases.milliseconds(0.95)) == (cases["median_ms"], cases["p95_ms"])


def marred(gold: Gold, chance: random.Random) -> list[dict[str, Any]]:
    """Records made from the gold, some left out, doubled, cut short, of another kind or with other fields, and some on decoys."""
    changes: list[dict[str, Any]] = [
        {}, {"kind": "exception"}, {"kind": "rule"}, {"modality": "permission"}, {"subject": "Nobody at all"}, {"handler": None},
        {"validity": "expired"}, {"documentation": "undocumented"}, {"recurrence": "one_off"}, {"scope": [{"value": "Elsewhere"}]},
        {"overrides": None}, {"values": [{"kind": "money", "value": "1,000", "unit": "eur"}]},
    ]  # fmt: skip
    records = []
    for name in gold.records:
        for copy in range(chance.choice((0, 1, 1, 1, 2))):
            one = exported(gold, name, **chance.choice(changes))
            for quote in one["evidence"]:
                words = quote["quote"].split()
                quote["quote"] = " ".join(words[: max(1, int(len(words) * chance.choice((0.3, 0.6, 0.8, 1.0, 1.0))))])
            records.append(one | {"id": f"rec_{name}" + "_again" * copy})
    for span in gold.spans:
        for name in span.ids:
            if name in gold.decoys and chance.random() < 0.3:
                evidence = [{"quote": span.text, "path": f"x/{span.file}", "message_id": span.message_id, "place": ""}]
                rule = next(r for r in gold.records.values() if r.kind == "rule")
                records.append(exported(gold, rule.id, evidence=evidence) | {"id": f"rec_{name}"})
    return records


@pytest.mark.parametrize("folder", CORPORA, ids=lambda folder: folder.name)
def test_marred_gold_scores_the_same(bench: ModuleType, folder: Path) -> None:
    gold = load_gold(folder)
    assert gold.notes == ()
    for seed in range(4):
        chance = random.Random(seed)
        records = marred(gold, chance)
        answers = {}
        for case in gold.cases:
            ranked = [{"record": record} for record in chance.sample(records, 7)]
            verdict = chance.choice((case.verdict.value, "allowed", "unknown"))
            missing = chance.choice(([], ["something"]))
            response = {"governing": ranked, "verdict": verdict, "missing_facts": missing}
            answers[case.id] = {"task_id": case.id, "response": response, "seconds": round(chance.random(), 4)}
        given = {name: answer_of(answer["response"], answer["seconds"]) for name, answer in answers.items()}
        one = assess(gold, [record_of(record) for record in records], [], given)
        assert one.records.duplicates and one.records.taken
        compared(bench, folder, one, records, answers)


@pytest.mark.slow
def test_a_company_as_it_is_read_scores_the_same(bench: ModuleType, tmp_path: Path) -> None:
    folder = min(CORPORA, key=lambda path: sum(1 for _ in (path / "files").rglob("*")))
    gold = load_gold(folder)
    with open_app(Settings(data_dir=tmp_path, org_domains=gold.domains)) as app:
        ingest(app, LOCAL, [gold.files])
        one = judge(app, gold)
        lines = "".join(export_records(app, LOCAL, as_of=gold.today, form="jsonl", statuses=None)).splitlines()
        answers = {}
        for case in json.loads((folder / "tasks.json").read_text())["tasks"]:
            started = time.monotonic()
            facts = {name: ", ".join(value) if isinstance(value, list) else value for name, value in case["facts"].items()}
            question = Question(case["task"], tuple(sorted(facts.items())), case["as_of"], limit=10)
            response = answer_json(app, LOCAL, context(app, LOCAL, question))
            answers[case["id"]] = {"task_id": case["id"], "response": response, "seconds": time.monotonic() - started}
    assert one.cases is not None
    # Two runs do not take the same time; everything else is the same.
    for (_, answer), seconds in zip(sorted(answers.items(), key=lambda item: item[1]["seconds"]), one.cases.seconds, strict=True):
        answer["seconds"] = seconds
    compared(bench, folder, one, [json.loads(line) for line in lines], answers)
    assert one.notes == ()
