"""A gold folder that is wrong is refused with the place where it is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from domain.errors import InvalidQuestion
from service.evaluation.gold import load_gold
from tests.service.evaluation.planted import gold_json, planted, tasks_json, write_gold

Change = Callable[[dict[str, Any]], None]


def set_in(where: str, at: int, field: str, value: object) -> Change:
    def change(data: dict[str, Any]) -> None:
        data[where][at][field] = value

    return change


def drop(where: str, at: int, field: str) -> Change:
    def change(data: dict[str, Any]) -> None:
        del data[where][at][field]

    return change


WRONG: dict[str, tuple[Change, str]] = {
    "kind": (
        set_in("records", 2, "kind", "waiver"),
        r"records\[2\] \(x1\)\.kind: should be 'rule', 'exception' or 'handoff', not 'waiver'",
    ),
    "modality": (set_in("records", 0, "modality", "must"), r"records\[0\] \(r1\)\.modality: should be"),
    "no statement": (drop("records", 1, "statement"), r"records\[1\] \(r2\)\.statement: is missing"),
    "empty statement": (set_in("records", 1, "statement", ""), r"records\[1\] \(r2\)\.statement: "),
    "status": (set_in("records", 0, "status", "old"), r"records\[0\] \(r1\)\.status"),
    "value kind": (set_in("records", 0, "values", [{"kind": "weight", "value": 5}]), r"records\[0\] \(r1\)\.values\[0\]\.kind"),
    "value": (set_in("records", 0, "values", [{"kind": "money", "value": [5]}]), r"records\[0\] \(r1\)\.values\[0\]\.value"),
    "overrides": (set_in("records", 2, "overrides", "r9"), r"records\[2\] \(x1\)\.overrides: there is no record 'r9'"),
    "same id": (set_in("records", 1, "id", "r1"), r"records\[1\]\.id: 'r1' is taken already"),
    "a decoy's id": (set_in("decoys", 0, "id", "r1"), r"decoys\[0\]\.id: 'r1' is taken already"),
    "span without ids": (set_in("spans", 0, "ids", []), r"spans\[0\]\.ids"),
    "span of nobody": (set_in("spans", 1, "ids", ["r2", "q7"]), r"spans\[1\]\.ids: there is no record or decoy 'q7'"),
    "no span": (set_in("spans", 0, "ids", ["r2"]), r"none carries 'r1'"),
    "no file": (set_in("spans", 0, "file", "policies/gone.md"), r"spans\[0\]\.file: files holds no 'policies/gone\.md'"),
    "half a surrogate pair": (set_in("spans", 0, "text", "a \ud800 b"), r"spans\[0\]\.text"),
    "today": (lambda data: data.update(today="1 March"), r"gold\.json: today: should be a day as YYYY-MM-DD, not '1 March'"),
    "a day without dashes": (lambda data: data.update(today="20260301"), r"today: should be a day"),
    "no records": (lambda data: data.update(records=[]), "records: "),
    "records as an object": (lambda data: data.update(records={"r1": {}}), "records: "),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_in_the_gold_is_named_with_its_place(tmp_path: Path, name: str) -> None:
    change, told = WRONG[name]
    data = gold_json()
    change(data)
    with pytest.raises(InvalidQuestion, match=told):
        load_gold(write_gold(tmp_path, data))


WRONG_TASKS: dict[str, tuple[Change, str]] = {
    "verdict": (set_in("tasks", 0, "verdict", "maybe"), r"tasks\.json: tasks\[0\] \(t1\)\.verdict: should be"),
    "governing": (set_in("tasks", 0, "governing", ["x7"]), r"tasks\[0\] \(t1\)\.governing: there is no record or decoy 'x7'"),
    "nothing governs": (set_in("tasks", 0, "governing", []), r"tasks\[0\] \(t1\)\.governing: is empty"),
    "same id": (set_in("tasks", 1, "id", "t1"), r"tasks\[1\] \(t1\)\.id: taken already"),
    "a fact with parts": (set_in("tasks", 0, "facts", {"a": {"b": 1}}), r"tasks\[0\] \(t1\)\.facts\.a: should be a text, a number"),
    "a list of lists": (set_in("tasks", 0, "facts", {"a": [[1]]}), r"tasks\[0\] \(t1\)\.facts\.a"),
    "as_of": (set_in("tasks", 0, "as_of", "2026-02-30"), r"tasks\[0\] \(t1\)\.as_of: should be a day"),
}


@pytest.mark.parametrize("name", WRONG_TASKS)
def test_what_is_wrong_in_the_tasks_is_named_with_its_place(tmp_path: Path, name: str) -> None:
    change, told = WRONG_TASKS[name]
    data = tasks_json()
    change(data)
    with pytest.raises(InvalidQuestion, match=told):
        load_gold(write_gold(tmp_path, tasks=data))


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b'{"today": "2026-03-01",\n "records" [', r"gold\.json: is no JSON: line 2, column 12"),
        (b"\xff\xfe{", "is not UTF-8 at byte 0"),
        (b"[" * 100_000, "is nested too deeply"),
        (b"[]", "the whole: "),
    ],
    ids=["broken", "encoding", "deep", "a list"],
)
def test_a_file_that_is_no_gold_at_all_is_refused(tmp_path: Path, raw: bytes, told: str) -> None:
    write_gold(tmp_path)
    (tmp_path / "gold.json").write_bytes(raw)
    with pytest.raises(InvalidQuestion, match=told):
        load_gold(tmp_path)


def test_many_problems_are_told_at_once_and_the_rest_counted(tmp_path: Path) -> None:
    data = gold_json()
    data["spans"] = [{"ids": ["r1"], "file": f"{n}.md", "text": "x"} for n in range(20)]
    with pytest.raises(InvalidQuestion) as told:
        load_gold(write_gold(tmp_path, data))
    assert str(told.value).count(";") == 8
    assert "and 17 more" in str(told.value)  # 5 ids without a span, 20 spans without a file


def test_a_folder_without_files_or_gold_says_what_it_needs(tmp_path: Path) -> None:
    with pytest.raises(InvalidQuestion, match=r"needs a folder files and a file gold\.json"):
        load_gold(tmp_path)


def test_a_field_with_a_slip_of_the_pen_is_told_and_known_ones_are_not(tmp_path: Path) -> None:
    data = gold_json()
    data["records"][2]["overides"] = "r1"
    data["decoy"] = []
    notes = load_gold(write_gold(tmp_path, data)).notes
    assert sorted(notes) == [
        "gold.json: a field 'decoy' is not known and not scored",
        "gold.json: records (x1): a field 'overides' is not known and not scored",
    ]
    assert planted(tmp_path).notes == ()


def test_only_kind_statement_and_a_passage_are_needed(tmp_path: Path) -> None:
    data = {
        "today": "2026-03-01",
        "records": [{"id": "a", "kind": "rule", "statement": "Purchases need a number."}],
        "spans": [{"ids": ["a"], "file": "policies/buying.md", "text": "Every purchase above EUR 500 needs a purchase order number."}],
    }
    folder = write_gold(tmp_path, data)
    (folder / "tasks.json").unlink()
    gold = load_gold(folder)
    assert (gold.records["a"].status, gold.records["a"].values, gold.cases, gold.domains) == ("active", None, (), frozenset())


def test_a_fact_that_is_a_list_becomes_one_text(tmp_path: Path) -> None:
    tasks = tasks_json()
    tasks["tasks"][0]["facts"] = {"customers": ["Gull", "Tiller"], "paid": False, "number": None, "amount": 5}
    facts = load_gold(write_gold(tmp_path, tasks=tasks)).cases[0].facts
    assert facts == {"customers": "Gull, Tiller", "paid": False, "number": None, "amount": 5}
    assert isinstance(facts["paid"], bool)


def test_domains_are_lower_case_and_the_digest_changes_with_gold_or_tasks(tmp_path: Path) -> None:
    gold = planted(tmp_path)
    assert gold.domains == {"acme.example"}
    tasks = tasks_json()
    tasks["tasks"].pop()
    other = load_gold(write_gold(tmp_path, tasks=tasks))
    assert other.digest != gold.digest
    assert json.loads((tmp_path / "gold.json").read_text())["today"] == gold.today
