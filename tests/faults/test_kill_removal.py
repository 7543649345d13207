"""A removal that is killed leaves everything or nothing, and what was left to clear is cleared at the next start."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from domain.access import LOCAL
from service.derivation import derive
from service.settings import Settings
from service.wiring import open_app
from tests.contract.builders import commit, paper

ROOT = Path(__file__).parents[2]
GOES = paper("goes.txt", "Every otter must sleep at nine.", "Otters must not park here.")
TRACE = b"must sleep at nine"
#: At the n-th of the steps of a removal (hit), or by another process after so many seconds (hit 0); the clearing of files is a step too.
RUN = """
import os, signal, sys
from pathlib import Path
from domain.access import LOCAL
from service.remove import remove
from service.settings import Settings
from service.wiring import open_app
step = sys.argv[2]
def at(name):
    if name == step:
        os.kill(os.getpid(), signal.SIGKILL)
with open_app(Settings(data_dir=Path(sys.argv[1]))) as app:
    app.ledger._failpoint = at
    scrub = app.ledger.scrub
    def scrubbing():
        at("scrub.begun")
        done = scrub()
        at("scrub.done")
        return done
    app.ledger.scrub = scrubbing
    print("ready", flush=True)
    remove(app, LOCAL, ["goes.txt"])
"""
BEFORE = ["remove_sources.written", "remove_sources.finished"]
AFTER = ["remove_sources.committed", "scrub.done"]


def fill(folder: Path) -> None:
    with open_app(Settings(data_dir=folder)) as app:
        for number in range(10):
            commit(app.ledger, paper(f"stays-{number}.txt", f"Supplier {number} shall deliver within {number} days."), workspace="default")
        commit(app.ledger, GOES, workspace="default")
        derive(app, LOCAL)
        app.project("default")


def killed(folder: Path, step: str, seconds: float | None = None) -> bool:
    """Whether the process was killed before it was done."""
    process = subprocess.Popen([sys.executable, "-c", RUN, str(folder), step], cwd=ROOT, stdout=subprocess.PIPE)
    if seconds is not None:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(seconds)
        process.kill()
    process.communicate()
    return process.returncode == -9


def check(folder: Path) -> bool:
    """Whether the source is gone; all of it or none of it, with the index and the files as they must be then."""
    with open_app(Settings(data_dir=folder)) as app:
        app.project("default")
        ledger = app.ledger
        paths = {state.source.path for state in ledger.sources("default")}
        gone = GOES.source.path not in paths
        cited = {it.citation.path for stored in ledger.records("default") for it in stored.record.evidence}
        assert len(paths) == (10 if gone else 11)
        assert {it.path for it in ledger.documents("default")} == {it.citation.path for it in ledger.statements("default")} == paths
        assert (GOES.source.path in cited) is not gone
        assert bool([row for row in ledger.audit("default", limit=10_000) if row.action == "source.removed"]) is gone
        assert app.index.count("default") == len(ledger.passages("default")) + len(ledger.records("default"))
    traces = [path for path in folder.glob("ledger.db*") if TRACE in path.read_bytes()]
    assert bool(traces) is not gone
    return gone


@pytest.mark.parametrize("step", BEFORE + AFTER)
def test_a_removal_killed_at_a_step_is_whole_or_never_was(tmp_path: Path, step: str) -> None:
    fill(tmp_path)
    assert killed(tmp_path, step)
    assert check(tmp_path) is (step in AFTER)
    killed(tmp_path, "never")
    assert check(tmp_path), "doing it again finishes it"


def test_removals_killed_at_random_moments_are_whole_or_never_were(tmp_path: Path) -> None:
    dice, outcomes = Random(3), []
    for attempt in range(2):
        folder = tmp_path / str(attempt)
        fill(folder)
        killed(folder, "never", dice.uniform(0, 0.6))
        outcomes.append(check(folder))
    assert len(outcomes) == 2
