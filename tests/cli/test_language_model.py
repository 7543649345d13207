"""What the command line says of a language model: nothing where none is set."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from cli import ingesting
from extract.llm.asking import Tally
from service import ingest_files
from service.ingest_files import IngestSummary
from tests.cli.conftest import Run

PLAIN = IngestSummary(3, 3, 0, (), 7, True, {"rule": 1}, 1.25)
ASKED = replace(
    PLAIN,
    llm=Tally(windows=9, cached=2, asked=3, unusable=1, left=3, calls=8, tokens=1, dropped={"quote": 2}, stopped="the budget is spent"),
)


def test_the_summary_says_what_was_asked_and_what_was_left() -> None:
    line = "Language model: 9 windows in question: 3 answered, 2 known, 1 without a usable answer, 3 left (8 calls, 1 token)."
    assert line in ingesting.summarised(ASKED).splitlines()
    assert "anguage model" not in ingesting.summarised(PLAIN)


@pytest.mark.parametrize("summary", [PLAIN, ASKED], ids=["off", "on"])
def test_why_it_stopped_goes_to_stderr_and_the_figures_into_the_json(
    summary: IngestSummary, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest_files, "ingest", lambda *args, **options: summary)
    done = run("--data-dir", tmp_path, "ingest", tmp_path, "--json")
    shown = json.loads(done.out)
    if summary.llm is None:
        assert "llm" not in shown
        assert "language model" not in done.err
    else:
        assert shown["llm"]["left"] == 3
        assert shown["llm"]["dropped"] == {"quote": 2}
        assert "not asked about everything: the budget is spent" in done.err
    assert done.code == 0
