"""The remove command: what it says, what it asks, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli import exits
from tests.api.papers import LETTER, filled
from tests.cli.conftest import Run


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    filled(folder).close()
    return folder


def test_removing_says_how_much_went(run: Run, own: Path) -> None:
    done = run("--data-dir", own, "remove", "policies/ap.md")
    assert done.code == exits.DONE
    assert done.out.startswith("Removed 1 file: 1 version, 1 document, ")
    assert "policies/ap.md" not in run("--data-dir", own, "export", "records").out


def test_a_program_gets_the_summary_as_json(run: Run, own: Path) -> None:
    done = run("--data-dir", own, "remove", "policies/ap.md", LETTER.id, "--json", "--reason", "asked to")
    summary = json.loads(done.out)
    assert (summary["paths"], summary["documents"], summary["cleared"]) == (["mail/kestrel.eml", "policies/ap.md"], 2, True)


def test_a_path_that_was_not_ingested_is_an_error_and_removes_nothing(run: Run, own: Path) -> None:
    done = run("--data-dir", own, "remove", "policies/ap.md", "nowhere.md")
    assert (done.code, done.out) == (exits.ERROR, "")
    assert "nowhere.md" in done.err
    assert run("--data-dir", own, "remove", "policies/ap.md").code == exits.DONE


def test_a_person_at_a_terminal_is_asked_first(run: Run, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import typer

    asked: list[str] = []

    def answer(text: str, *, err: bool) -> bool:
        asked.append(text)
        return False

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setattr(typer, "confirm", answer)
    assert run("--data-dir", own, "remove", "policies/ap.md").code == exits.INTERRUPTED
    assert "cannot be undone" in asked[0]
    assert run("--data-dir", own, "remove", "policies/ap.md", "--yes").code == exits.DONE
    assert len(asked) == 1


def test_naming_nothing_is_wrong_usage(run: Run, own: Path) -> None:
    assert run("--data-dir", own, "remove").code == exits.USAGE
