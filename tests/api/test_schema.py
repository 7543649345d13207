"""The whole OpenAPI document against a running server: examples, boundaries, random input, and requests that follow from each other."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from service.settings import Settings
from service.wiring import App
from tests.api.papers import SECRETS, filled
from tests.api.running import running, without_models

#: Random examples for each operation and phase; the acceptance asks for 200, which takes minutes.
EXAMPLES = int(os.environ.get("GROUNDRULE_TEST_EXAMPLES", "3"))
SETTINGS = Path(__file__).with_name("schemathesis.toml")


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """Of its own: what is tried out here decides on records and removes documents."""
    with filled(tmp_path / "data") as opened:
        opened.settings = Settings(data_dir=tmp_path / "data", rate_limit=0, stranger_rate_limit=0)
        yield without_models(opened)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_every_answer_is_one_that_the_reference_shows(app: App, tmp_path: Path) -> None:
    web = create_app(app, no_auth=False)
    with running(web) as url:
        shown, report = tried_out(url, tmp_path / "run.json")
    assert report["failures"] == report["errors"] == [], shown
    assert report["complete"] is True
    assert report["operations"]["tested"] == sum(map(len, web.openapi()["paths"].values()))
    assert {phase["status"] for phase in report["phases"].values()} == {"success"}
    assert report["test_cases"]["generated"] >= 1_000
    print(report["test_cases"])


def tried_out(url: str, report: Path) -> tuple[str, dict[str, Any]]:
    """What schemathesis says, and its report."""
    pytest.importorskip("schemathesis")
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(SETTINGS)),
            *("run", f"{url}/openapi.json", "--max-examples", str(EXAMPLES), "--continue-on-failure"),
            *("--header", f"Authorization: Bearer {SECRETS['admin']}", "--request-timeout", "20", "--no-color"),
            *("--report", "json", "--report-json-path", str(report), "--warnings", "off", "--suppress-health-check", "all"),
        ],
        check=False,
        capture_output=True,
        text=True,
        cwd=report.parent,
    )
    assert report.is_file(), ended.stdout[-2_000:] + ended.stderr[-2_000:]
    return ended.stdout[-20_000:], json.loads(report.read_text())


def test_no_operation_answers_in_the_frameworks_own_words(app: App) -> None:
    document = create_app(app, no_auth=False).openapi()
    assert "HTTPValidationError" not in json.dumps(document)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            answers = operation["responses"]
            if "requestBody" in operation:
                assert (path, method, {"400", "408", "413", "422"} - set(answers)) == (path, method, set())
            for status, answer in answers.items():
                kinds = set(answer.get("content", {}))
                assert (path, status, "application/problem+json" in kinds) == (path, status, status >= "4")


def test_generated_clients_name_functions_after_unique_ids(app: App) -> None:
    document = create_app(app, no_auth=False).openapi()
    ids = [operation["operationId"] for operations in document["paths"].values() for operation in operations.values()]
    assert len(ids) == len(set(ids))
    assert all(one.isidentifier() for one in ids)
    assert "records_history" in ids
