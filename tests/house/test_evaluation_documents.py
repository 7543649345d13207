"""docs/evaluation.md tells the truth: its examples are gold that is read, and each figure and option is in it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from domain.errors import InvalidQuestion
from service.evaluation.figures import NAMES, SMALL_IS_GOOD
from service.evaluation.gold import load_gold

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "evaluation.md").read_text()


def written(folder: Path) -> Path:
    """The page's example as a gold folder; its files need only be there."""
    gold, tasks = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.S))
    for span in gold["spans"]:
        file = folder / "files" / span["file"]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    (folder / "gold.json").write_text(json.dumps(gold))
    (folder / "tasks.json").write_text(json.dumps(tasks))
    return folder


def test_the_example_is_gold_that_can_be_read(tmp_path: Path) -> None:
    gold = load_gold(written(tmp_path))
    assert (list(gold.records), list(gold.decoys), len(gold.cases)) == (["r1", "x1", "h1"], ["d1"], 1)
    assert gold.domains == frozenset({"acme.example"})
    assert gold.notes == ()


def test_the_error_that_it_shows_is_worded_as_it_comes(tmp_path: Path) -> None:
    folder = written(tmp_path)
    gold = json.loads((folder / "gold.json").read_text())
    gold["records"][1]["modality"] = "must"
    (folder / "gold.json").write_text(json.dumps(gold))
    shown = re.search(r"modality: should be .*, not 'must'", PAGE)
    assert shown
    with pytest.raises(InvalidQuestion, match=re.escape(shown.group())):
        load_gold(folder)


def test_every_figure_is_explained_and_those_that_must_stay_small_say_so() -> None:
    rows = {name: line for line in PAGE.splitlines() if line.startswith("| `") for name in re.findall(r"`(\w+)`", line.split("|")[1])}
    assert {name for name in NAMES if "." not in name} <= set(rows)
    assert {name for name in NAMES if "*small is good*" in rows.get(name, "")} == SMALL_IS_GOOD
