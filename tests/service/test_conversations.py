"""A message is read in its conversation, and read again when that changes: in what order it came together does not show."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.access import LOCAL
from domain.statement import Statement
from service.ingest_files import ingest
from service.remove import remove
from service.settings import Settings
from service.wiring import App, open_app

ASK = """From: Rosa Idowu <rosa@harbourline.example>
To: Mick Oyelaran <mick@harbourline.example>
Date: Tue, 3 Mar 2026 09:00:00 +0000
Message-ID: <ask@harbourline.example>
Subject: Brennan at the gate

Mick, Brennan's driver never has a gate pass with him.
Can he come in without one from now on, if I ring you with the plate?
"""
ANSWER = """From: Mick Oyelaran <mick@harbourline.example>
To: Rosa Idowu <rosa@harbourline.example>
Date: Tue, 3 Mar 2026 10:00:00 +0000
Message-ID: <answer@harbourline.example>
In-Reply-To: <ask@harbourline.example>
Subject: Re: Brennan at the gate

Fine by me, but only with the plate and only for Brennan.
"""
POLICY = "# Gate procedure\n\nEvery driver must show a gate pass before entering the yard.\n"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    folder = tmp_path / "files"
    folder.mkdir()
    texts = {"ask.eml": ASK, "answer.eml": ANSWER, "gate.md": POLICY}
    for name, text in texts.items():
        (folder / name).write_text(text)
    return {name: folder / name for name in texts}


def opened(folder: Path) -> App:
    return open_app(Settings(data_dir=folder, org_domains=frozenset({"harbourline.example"})))


def said(app: App) -> list[Statement]:
    return app.ledger.statements("default")


def versions(app: App) -> dict[str, str]:
    return {state.source.path: state.pipeline for state in app.ledger.sources("default")}


def test_order_of_arrival_does_not_show(files: dict[str, Path], tmp_path: Path) -> None:
    with opened(tmp_path / "whole") as app:
        ingest(app, LOCAL, list(files.values()))
        want, marks = said(app), versions(app)
        again = ingest(app, LOCAL, list(files.values()))
        assert (again.read, again.unchanged, again.changed) == (0, 3, False)
    assert [name for name, version in marks.items() if "+" in version] == ["answer.eml", "ask.eml"]
    for order in (["answer.eml", "ask.eml"], ["ask.eml", "answer.eml"]):
        with opened(tmp_path / order[0]) as app:
            for name in ("gate.md", *order):
                ingest(app, LOCAL, [files[name]])
            assert said(app) == want
            assert versions(app) == marks


def test_a_conversation_that_does_not_fit_in_memory_is_read_the_same(
    files: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path / "whole") as app:
        ingest(app, LOCAL, list(files.values()))
        want, marks = said(app), versions(app)
    monkeypatch.setattr("service.ingest_run.HELD", 0)
    with opened(tmp_path / "piecemeal") as app:
        ingest(app, LOCAL, list(files.values()))
        assert said(app) == want
        assert versions(app) == marks


def test_an_answer_is_understood_from_what_it_answers(files: dict[str, Path], tmp_path: Path) -> None:
    with opened(tmp_path / "alone") as app:
        ingest(app, LOCAL, [files["answer.eml"]])
        alone = {s.citation.quote: s.likelihood for s in said(app)}
    with opened(tmp_path / "talk") as app:
        ingest(app, LOCAL, [files["answer.eml"], files["ask.eml"]])
        together = {s.citation.quote: s.likelihood for s in said(app)}
    line = "Fine by me, but only with the plate and only for Brennan."
    assert together[line] != alone[line]


def test_a_conversation_that_loses_a_message_is_as_if_it_never_had_it(files: dict[str, Path], tmp_path: Path) -> None:
    with opened(tmp_path / "never") as app:
        ingest(app, LOCAL, [files["answer.eml"], files["gate.md"]])
        want, marks, records = said(app), versions(app), [r.record for r in app.ledger.records("default")]
    with opened(tmp_path / "once") as app:
        ingest(app, LOCAL, list(files.values()))
        summary = remove(app, LOCAL, ["ask.eml"])
        assert said(app) == want
        assert versions(app) == marks
        assert [r.record for r in app.ledger.records("default")] == records
        assert summary.revision == app.ledger.revision("default")
