"""Progress goes to stderr: plain lines now and then where no terminal is, and never more."""

from __future__ import annotations

import pytest

from cli import progress
from service.ingest_files import Progress


def test_without_a_terminal_a_plain_line_comes_now_and_then(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter([0.0, 0.1, 1.9, 2.0, 2.0, 2.1, 5.0, 5.0])
    monkeypatch.setattr("cli.progress.time.monotonic", lambda: next(now))
    with progress.shown() as report:
        for done in range(5):
            report(Progress(done, 5, f"mail/{done}.eml\x1b[2J", "read"))
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == ["groundrule: 2 of 5 files, read: mail/2.eml[2J", "groundrule: 4 of 5 files, read: mail/4.eml[2J"]
