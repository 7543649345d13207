"""pyproject.toml, the lock file and the scripts agree with each other."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement

from scripts.lints.tree import ROOT, RUNTIME
from scripts.lints.undeclared_library import normalised

SCRIPTS = ["scripts/setup", "scripts/demo", "scripts/test", "scripts/check", "scripts/fix", "scripts/bench", "scripts/wheel-test"]
SCRIPTS += ["scripts/lints/run", ".ci/run"]


def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def locked() -> dict[str, str]:
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", pin) for pin in pins), "names and versions only: no paths, URLs or local builds"
    return {normalised(name): version for name, _, version in (pin.partition("==") for pin in pins)}


def test_the_lock_holds_every_dependency_in_its_range() -> None:
    project = pyproject()["project"]
    asked = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]
    pins = locked()
    for requirement in map(Requirement, asked):
        version = pins.get(normalised(requirement.name))
        assert version is not None, f"{requirement.name} is not in requirements.lock"
        assert requirement.specifier.contains(version), f"{requirement} does not allow the locked {version}"


def test_torch_is_asked_for_by_training_only() -> None:
    project = pyproject()["project"]
    assert not any(line.startswith("torch") for line in project["dependencies"])
    assert "torch==2.13.0" in project["optional-dependencies"]["train"]
    assert locked()["torch"] == "2.13.0"


def test_the_wheel_and_the_fences_name_the_same_packages() -> None:
    tools = pyproject()["tool"]
    assert tools["hatch"]["build"]["targets"]["wheel"]["packages"] == [*RUNTIME, "demo"]
    assert tools["importlinter"]["root_packages"] == list(RUNTIME)
    for contract in tools["importlinter"]["contracts"]:
        if contract["id"].startswith("only-"):
            owner = contract["id"].removeprefix("only-")
            assert set(contract["source_modules"]) == set(RUNTIME) - {owner}, f"all but {owner} are fenced off"


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_is_executable_parses_and_stops_at_the_first_error(script: str) -> None:
    path = ROOT / script
    text = path.read_text()
    assert os.access(path, os.X_OK)
    assert text.startswith("#!/usr/bin/env bash\n# "), "it opens with what it does"
    assert "set -euo pipefail" in text or "_venv.sh" in text
    assert subprocess.run(["bash", "-n", path], check=False).returncode == 0


def test_ci_uses_the_same_verbs_as_a_person() -> None:
    commands = [line for line in (ROOT / ".ci/run").read_text().splitlines() if line.startswith("scripts/")]
    assert commands == ["scripts/test", "scripts/check", "scripts/wheel-test"]


def test_the_changelog_has_this_version_or_keeps_it_unreleased() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()
    assert "## [Unreleased]" in text or f"## [{pyproject()['project']['version']}]" in text
