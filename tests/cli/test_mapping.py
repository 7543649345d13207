"""The map and the coverage on the command line; ``GROUNDRULE_REWRITE=1`` writes the expected files anew."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

from rich.console import Console

from cli.coverage_view import show_coverage
from domain.coverage import coverage
from domain.process_map import process_map
from service.process_map import Measured
from tests.api.papers import PO_EXCEPTION, PO_RULE
from tests.cli.conftest import Run
from tests.cli.test_answer_view import GOLDEN, REWRITE
from tests.domain.test_process_map import EVERY, LOST, PAPERS

DAY = ("--as-of", "2026-03-01")


def shown(records: list, papers: dict) -> str:  # type: ignore[type-arg] # a shortcut of this file
    file = io.StringIO()
    measured = Measured(812, "2026-03-01", coverage(process_map(records, papers), papers, "2026-03-01"))
    show_coverage(Console(file=file, width=100, highlight=False, markup=False, emoji=False), measured)
    return "".join(f"{line.rstrip()}\n" for line in file.getvalue().splitlines())


def compare(name: str, text: str) -> None:
    if REWRITE:
        (GOLDEN / name).write_text(text)
    assert text == (GOLDEN / name).read_text()


def test_coverage_looks_as_agreed() -> None:
    compare("coverage.txt", shown(EVERY, PAPERS))


def test_coverage_of_nothing_says_so() -> None:
    assert shown([], {}).startswith("Nothing governs on 2026-03-01")


def test_words_of_a_record_cannot_act_on_the_terminal() -> None:
    text = shown([replace(LOST, statement="Stay \x1b[2J [red]closed[/] \u202e")], PAPERS)
    assert "\x1b" not in text
    assert "[red]closed[/]" in text


def test_the_map_is_json_and_can_be_drawn(run: Run, papers: Path) -> None:
    done = run("--data-dir", papers, "process-map", *DAY)
    [process] = json.loads(done.out)["processes"]
    assert (done.code, process["rules"][0]["record"], process["rules"][0]["exceptions"][0]["record"]) == (0, PO_RULE.id, PO_EXCEPTION.id)
    compare("process_map.mmd", run("--data-dir", papers, "process-map", *DAY, "--format", "mermaid").out)


def test_the_map_goes_into_a_file(run: Run, papers: Path, tmp_path: Path) -> None:
    file = tmp_path / "map.bpmn"
    done = run("--data-dir", papers, "process-map", *DAY, "--format", "bpmn", "--output", file)
    assert (done.code, done.out) == (0, "")
    assert ET.parse(file).getroot().tag.endswith("definitions")


def test_coverage_is_a_table_or_the_answer_of_the_http_route(run: Run, papers: Path) -> None:
    assert "The visible part: 67 %." in run("--data-dir", papers, "coverage", *DAY).out
    body = json.loads(run("--data-dir", papers, "coverage", *DAY, "--json").out)
    assert body["total"]["visible"] == 0.6667


def test_a_day_that_is_none_and_a_form_that_is_none_are_told(run: Run, papers: Path) -> None:
    assert run("--data-dir", papers, "coverage", "--as-of", "soon").code == 2
    assert run("--data-dir", papers, "process-map", "--format", "svg").code == 2
