"""`groundrule eval`: what it prints and writes, and which exit code a gate has."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from service.evaluation import judge
from service.evaluation.found import FoundAnswer
from service.evaluation.gold import Gold
from service.evaluation.judge import Evaluation, assess
from service.ingest_files import Progress, Refusal
from service.settings import Settings
from tests.cli.conftest import Run
from tests.service.evaluation.planted import found, gold_json, on_decoy, write_gold

Stubbed = list[dict[str, Any]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "acme"
    made.mkdir()
    return write_gold(made)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Stubbed:
    """Calls of the service's evaluation, which finds a rule, the exception and a decoy: rule F1 .5, decoys taken .5."""
    seen: Stubbed = []

    def evaluate(gold: Gold, settings: Settings, *, progress: Callable[[Progress], None], **options: Any) -> Evaluation:
        seen.append({"name": gold.name, **options})
        progress(Progress(1, 2, "a.md", f"{gold.name}, read"))
        answer = FoundAnswer(verdict="unknown", ranked=(), missing_facts=(), seconds=0.01)
        made = assess(gold, [found(gold, "r1"), found(gold, "x1"), on_decoy(gold, "d1")], [], {"t1": answer, "t2": answer})
        return replace(made, files=2, notes=gold.notes)

    monkeypatch.setattr(judge, "evaluate", evaluate)
    return seen


def test_figures_go_to_stdout_by_the_names_that_bars_have(run: Run, folder: Path, calls: Stubbed) -> None:
    done = run("eval", folder)
    assert done.code == 0
    lines = done.out.splitlines()
    about = "acme: 2 files, 4 records and 2 decoys marked, 2 cases; 3 records found, 1 decoy taken (1 question), 0 duplicates."
    assert lines[0] == about
    assert [line.split() for line in lines if line.startswith("rule")] == [
        ["rule", "0.500"], ["rule.precision", "0.500"], ["rule.recall", "0.500"],
    ]  # fmt: skip
    assert any(line.split() == ["decoys_taken", "(less", "is", "better)", "0.500"] for line in lines)
    assert calls == [{"name": "acme", "org_domains": frozenset(), "workers": None}]


def test_a_gate_that_is_passed_is_0_and_one_that_is_not_is_1_with_the_figure(run: Run, folder: Path, calls: Stubbed) -> None:
    passed = run("eval", folder, "--fail-under", "rule=.5,exception=1", "--fail-over", "decoys_taken=.5")
    assert (passed.code, "the gate is passed" in passed.err) == (0, True)
    fell = run("eval", folder, "--fail-under", "rule=.6", "--fail-under", "handoff=.1", "--fail-over", "decoys_taken=.4")
    assert fell.code == 1
    assert [line for line in fell.err.splitlines() if " is " in line] == [
        "groundrule: rule is 0.500, below its bar of 0.6",
        "groundrule: handoff is 0.000, below its bar of 0.1",
        "groundrule: decoys_taken is 0.500, above its bar of 0.4",
    ]


def test_a_baseline_is_compared_with_and_stops_at_a_drop(run: Run, folder: Path, tmp_path: Path, calls: Stubbed) -> None:
    file = tmp_path / "before.json"
    assert run("eval", folder, "--json", file).code == 0
    same = run("eval", folder, "--baseline", file, "--max-drop", "0")
    assert same.code == 0
    assert "other gold" not in same.err
    content = json.loads(file.read_text())
    content["figures"]["rule"] = 0.53
    file.write_text(json.dumps(content))
    fell = run("eval", folder, "--baseline", file, "--max-drop", ".02")
    assert fell.code == 1
    assert "groundrule: rule fell from 0.530 to 0.500, by more than 0.02" in fell.err
    assert any(line.split() == ["rule", "0.500", "0.530", "-0.030", "!"] for line in fell.out.splitlines())
    assert run("eval", folder, "--baseline", file, "--max-drop", ".03").code == 0
    assert run("eval", folder, "--baseline", file).code == 0
    gold = gold_json()
    gold["records"][0]["statement"] = "Other words."
    (folder / "gold.json").write_text(json.dumps(gold))
    assert "the baseline was made on other gold (acme)" in run("eval", folder, "--baseline", file).err


def test_html_and_json_are_written_and_nothing_beside_them(run: Run, folder: Path, tmp_path: Path, calls: Stubbed) -> None:
    out = tmp_path / "out"
    out.mkdir()
    done = run("eval", folder, "--json", out / "e.json", "--html", out / "e.html", "--fail-under", "rule=.9")
    assert done.code == 1
    assert sorted(path.name for path in out.iterdir()) == ["e.html", "e.json"]
    page = (out / "e.html").read_text()
    assert page.startswith("<!doctype html>")
    assert "rule is 0.500, below its bar of 0.9" in page
    assert json.loads((out / "e.json").read_text())["figures"]["rule"] == 0.5


def test_json_on_stdout_is_all_that_is_there(run: Run, folder: Path, calls: Stubbed) -> None:
    done = run("eval", folder, "--json", "-", "--misses")
    [line] = done.out.splitlines()
    content = json.loads(line)
    assert content["format"] == 1
    assert [miss["sort"] for miss in content["folders"][0]["misses"]] == ["missed", "missed", "decoy"]


def test_misses_are_listed_with_path_and_quote(run: Run, folder: Path, calls: Stubbed) -> None:
    out = run("eval", folder, "--misses").out
    assert "acme: missed rule r2 (documented): Invoices without a number must not be paid." in out
    assert "    policies/buying.md: “Invoices without a purchase order number must not be paid.”" in out
    assert "acme: decoy rule rec_d1 (question (d1)): " in out


def test_several_folders_have_a_mean_and_names_that_tell_them_apart(run: Run, tmp_path: Path, calls: Stubbed) -> None:
    folders = [tmp_path / "a" / "acme", tmp_path / "b" / "acme", tmp_path / "other"]
    for made in folders:
        made.mkdir(parents=True)
        write_gold(made)
    done = run("eval", *folders, "--org-domain", "@Acme.example", "--workers", "1")
    assert done.code == 0
    assert [call["name"] for call in calls] == [str(folders[0]), str(folders[1]), "other"]
    assert all(call["org_domains"] == {"acme.example"} and call["workers"] == 1 for call in calls)
    assert any(line.split() == ["rule", *["0.500"] * 4] for line in done.out.splitlines())


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--fail-under", "rulez=.5"], "there is no figure 'rulez'"),
        (["--max-drop", ".1"], "--max-drop needs a --baseline"),
        (["--json", "no/such/place.json"], "cannot write no/such/place.json"),
        (["--baseline", "none.json"], "none.json"),
    ],
)
def test_a_call_that_makes_no_sense_is_2_before_anything_is_read(
    run: Run, folder: Path, calls: Stubbed, words: list[str], told: str
) -> None:
    done = run("eval", folder, *words)
    assert (done.code, calls) == (2, [])
    assert told in done.err


def test_gold_that_is_wrong_is_2_with_its_place_before_anything_is_read(run: Run, folder: Path, tmp_path: Path, calls: Stubbed) -> None:
    other = tmp_path / "other"
    other.mkdir()
    gold = gold_json()
    gold["records"][2]["kind"] = "waiver"
    write_gold(other, gold)
    done = run("eval", folder, other)
    assert (done.code, calls) == (2, [])
    assert "other/gold.json: records[2] (x1).kind: should be 'rule', 'exception' or 'handoff', not 'waiver'" in done.err


def test_a_refused_file_is_named_and_is_3_unless_the_gate_fell(
    run: Run, folder: Path, calls: Stubbed, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub = judge.evaluate
    refused = (Refusal("a.bin", "no parser reads these bytes"),)
    monkeypatch.setattr(judge, "evaluate", lambda *given, **options: replace(stub(*given, **options), refused=refused))
    done = run("eval", folder)
    assert (done.code, "acme: refused a.bin: no parser reads these bytes" in done.err) == (3, True)
    assert run("eval", folder, "--fail-under", "rule=.9").code == 1


def test_a_hostile_name_does_not_act_on_the_terminal(run: Run, folder: Path, calls: Stubbed) -> None:
    gold = gold_json()
    gold["decoys"][0]["why"] = "\x1b[2Jquestion"
    (folder / "gold.json").write_text(json.dumps(gold))
    done = run("eval", folder, "--misses")
    assert done.code == 0
    assert "\x1b" not in done.out + done.err


@pytest.mark.slow
def test_a_small_folder_is_read_scored_and_leaves_nothing(run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch, data = tmp_path / "scratch", tmp_path / "data"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr("tempfile.tempdir", None)
    done = run("--data-dir", data, "eval", folder, "--json", tmp_path / "e.json", "--html", tmp_path / "e.html", "--workers", "1")
    assert done.code == 0, done.err
    content = json.loads((tmp_path / "e.json").read_text())
    one = content["folders"][0]
    assert (one["files"], one["gold"]["passages"], one["refused"], one["notes"]) == (2, 6, [], [])
    assert one["found"]["rule"]["right"] >= 1
    assert content["figures"]["decoys_taken"] <= 0.5
    assert one["timing"]["ingest_seconds"] > 0
    assert list(scratch.iterdir()) == []
    assert not data.exists()
