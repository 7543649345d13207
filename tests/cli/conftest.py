"""Runs the command line in this process, on a filled folder that is closed again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.main import main
from tests.api.papers import filled


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture(scope="session")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("papers")
    filled(folder).close()
    return folder


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """What a shell sees of one command; no setting of this machine leaks in."""
    for name in ("GROUNDRULE_DATA_DIR", "GROUNDRULE_ORG_DOMAINS", "GROUNDRULE_DEBUG", "GROUNDRULE_DATABASE_URL", "GROUNDRULE_QDRANT_URL"):
        monkeypatch.delenv(name, raising=False)

    def command(*words: str | Path) -> Done:
        code = main([str(word) for word in words])
        shown = capsys.readouterr()
        return Done(code, shown.out, shown.err)

    return command
