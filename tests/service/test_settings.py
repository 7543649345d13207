"""Settings come from the environment and from a file in the data folder, the environment first."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.errors import InvalidQuestion
from service.settings import load_settings


def test_domains_are_read_from_a_comma_separated_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROUNDRULE_ORG_DOMAINS", "One.example, @two.example,")
    assert load_settings(tmp_path).org_domains == frozenset({"one.example", "two.example"})


def test_the_file_in_the_data_folder_counts_where_the_environment_is_silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GROUNDRULE_ORG_DOMAINS", raising=False)
    (tmp_path / "groundrule.toml").write_text('org_domains = ["three.example"]\n')
    assert load_settings(tmp_path).org_domains == frozenset({"three.example"})
    monkeypatch.setenv("GROUNDRULE_ORG_DOMAINS", "four.example")
    assert load_settings(tmp_path).org_domains == frozenset({"four.example"})


def test_a_setting_that_does_not_exist_is_named(tmp_path: Path) -> None:
    (tmp_path / "groundrule.toml").write_text('org_domain = "typo.example"\n')
    with pytest.raises(InvalidQuestion, match="org_domain"):
        load_settings(tmp_path)
