"""Every way to end has its code, and one plain sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

import domain.errors
from cli import exits
from cli.main import main
from domain.errors import Busy, Defect, Forbidden, GroundruleError, InvalidQuestion, NotFound, Unauthenticated, Unavailable
from service import export as service_export
from tests.cli.conftest import Run


def test_every_error_class_has_a_code_of_its_own_line() -> None:
    kinds = {kind for kind in vars(domain.errors).values() if isinstance(kind, type) and issubclass(kind, GroundruleError)}
    assert set(exits.EXITS) == kinds


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InvalidQuestion("no such day"), 2),
        (NotFound("no such thing"), 1),
        (Busy("held by a server"), 4),
        (Unavailable("no database"), 4),
        (Forbidden("not you"), 5),
        (Unauthenticated("who?"), 5),
        (Defect("ours"), 1),
        (KeyboardInterrupt(), 130),
        (RuntimeError("surprise"), 1),
        (OSError(28, "No space left on device", "ledger.db"), 1),
    ],
)
def test_an_error_is_a_code_and_one_sentence_and_no_traceback(
    run: Run, papers: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(service_export, "export_records", fail)
    done = run("--data-dir", papers, "export", "records")
    assert (done.code, done.out) == (code, "")
    assert done.err.startswith("groundrule: ")
    assert done.err.count("\n") == 1
    assert "Traceback" not in done.err


def test_the_traceback_is_there_for_who_asks(run: Run, papers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("surprise")

    monkeypatch.setattr(service_export, "export_records", fail)
    monkeypatch.setenv("GROUNDRULE_DEBUG", "1")
    assert "Traceback" in run("--data-dir", papers, "export", "records").err


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["export", "nonsense"],
        ["export"],
        ["keys"],
        ["ingest"],
        ["ingest", "no/such/file"],
        ["context"],
        ["context", "pay", "--fact", "amount"],
        ["context", "pay", "--fact", "=3"],
        ["context", "pay", "--as-of", "2026-02-30"],
        ["context", "pay", "--as-of", "yesterday"],
        ["context", " "],
        ["search", "x", "--limit", "0"],
        ["serve", "--port", "70000"],
        ["export", "records", "--format", "xml"],
        ["export", "records", "--status", "secret"],
        ["keys", "create", "--scope", "everything"],
    ],
)
def test_wrong_usage_is_2_and_says_what_is_wrong(run: Run, papers: Path, words: list[str]) -> None:
    done = run("--data-dir", papers, *words)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("groundrule: ")


def test_no_command_shows_the_help_on_stderr(run: Run) -> None:
    done = run()
    assert (done.code, done.out) == (2, "")
    assert "ingest" in done.err


def test_a_setting_that_makes_no_sense_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "groundrule.toml").write_text("org_domain = ['typo.example']\n")
    done = run("--data-dir", tmp_path, "search", "x")
    assert done.code == 2
    assert "org_domain" in done.err


def test_a_data_folder_that_cannot_be_made_is_4(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert run("--data-dir", tmp_path / "file" / "data", "search", "x").code == 4


def test_no_auth_off_loopback_is_5(run: Run, papers: Path) -> None:
    done = run("--data-dir", papers, "serve", "--no-auth", "--host", "0.0.0.0")
    assert done.code == 5
    assert "127.0.0.1" in done.err


def test_a_reader_that_goes_away_is_no_drama(papers: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    def gone(*_: object, **__: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(service_export, "export_records", gone)
    assert main(["--data-dir", str(papers), "export", "records"]) == 1
    assert capfd.readouterr().err == ""
