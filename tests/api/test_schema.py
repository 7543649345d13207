"""The whole OpenAPI document against a running server: examples, boundaries, random input, and requests that follow from each other."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.app import create_app
from service.wiring import App
from tests.api.papers import SECRETS, filled
from tests.api.running import running, without_models

#: Random examples for each operation; 200 is the number that the acceptance asks for and takes minutes.
EXAMPLES = int(os.environ.get("GROUNDRULE_TEST_EXAMPLES", "3"))
SETTINGS = Path(__file__).with_name("schemathesis.toml")
#: Of the examples that a document spells out there are few; the other phases try at least this many cases.
PHASES = {"examples": 10, "coverage": 500, "fuzzing": 20, "stateful": 20}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """Of its own: what is tried out here decides on records and removes documents."""
    with filled(tmp_path_factory.mktemp("data")) as opened:
        yield without_models(opened)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("phase", PHASES)
def test_every_answer_is_one_that_the_reference_shows(app: App, tmp_path: Path, phase: str) -> None:
    pytest.importorskip("schemathesis")
    report = tmp_path / "run.json"
    with running(create_app(app, no_auth=False)) as url:
        ended = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(SETTINGS)),
                *("run", f"{url}/openapi.json", "--phases", phase, "--max-examples", str(EXAMPLES), "--continue-on-failure"),
                *("--header", f"Authorization: Bearer {SECRETS['admin']}", "--request-timeout", "20", "--no-color"),
                *("--report", "json", "--report-json-path", str(report), "--warnings", "off", "--suppress-health-check", "all"),
            ],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={**os.environ, "SCHEMATHESIS_HOOKS": ""},
        )
    assert ended.returncode == 0, ended.stdout[-20_000:] + ended.stderr[-2_000:]
    print(json.loads(report.read_text()))
