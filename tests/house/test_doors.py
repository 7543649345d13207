"""Opening a door is cheap: importing the web application or the command line loads no model library."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scripts.lints.tree import ROOT

HEAVY = {"torch", "spacy", "openvino", "transformers", "sentence_transformers", "unstructured", "sklearn"}

#: What --help may take, in seconds: longer than that is felt as waiting.
HELP_SECONDS = 0.5


@pytest.mark.parametrize("door", ["api.app", "cli.main"])
def test_importing_a_door_loads_no_model_library(door: str) -> None:
    if not (ROOT / (door.replace(".", "/") + ".py")).exists():
        pytest.skip(f"{door} is not written yet")
    code = f"import json, sys, {door}; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    assert HEAVY & set(json.loads(done.stdout)) == set()


def test_help_comes_at_once() -> None:
    command = Path(sys.executable).parent / "groundrule"
    if not command.exists() or not (ROOT / "cli/main.py").exists():
        pytest.skip("the command line is not installed yet")
    # Others may be using the cores, in CI and beside this test: wall time gets slack there, the work itself does not.
    slack = 4.0 if os.environ.get("CI") or os.environ.get("PYTEST_XDIST_WORKER") else 1.0
    walls, works = [], []
    for _ in range(3):
        before, started = os.times(), time.perf_counter()
        done = subprocess.run([command, "--help"], capture_output=True, text=True, cwd=ROOT, check=False)
        walls.append(time.perf_counter() - started)
        after = os.times()
        works.append(after.children_user + after.children_system - before.children_user - before.children_system)
        assert done.returncode == 0, done.stderr
    assert statistics.median(walls) < HELP_SECONDS * slack, walls
    assert statistics.median(works) < HELP_SECONDS * min(slack, 1.5), works
