"""Settings come from the environment and from a file in the data folder, the environment first."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.errors import InvalidQuestion
from service.settings import LlmSettings, load_settings


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


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without a word about the language model."""
    for name in ("LLM", *(f"LLM__{name.upper()}" for name in LlmSettings.model_fields)):
        monkeypatch.delenv(f"GROUNDRULE_{name}", raising=False)
    return monkeypatch


def test_no_language_model_is_set_by_default(tmp_path: Path, silent: pytest.MonkeyPatch) -> None:
    assert load_settings(tmp_path).llm == LlmSettings()
    assert LlmSettings().url is None


def test_a_language_model_is_set_in_the_file_and_its_key_in_the_environment(tmp_path: Path, silent: pytest.MonkeyPatch) -> None:
    (tmp_path / "groundrule.toml").write_text('[llm]\nurl = "https://llm.example/v1/"\nmodel = "small"\nmax_calls = 5\n')
    silent.setenv("GROUNDRULE_LLM__API_KEY", "canary-key")
    silent.setenv("GROUNDRULE_LLM__MAX_CALLS", "7")
    settings = load_settings(tmp_path)
    assert (settings.llm.url, settings.llm.model, settings.llm.max_calls) == ("https://llm.example/v1", "small", 7)
    assert settings.llm.api_key is not None
    assert settings.llm.api_key.get_secret_value() == "canary-key"
    assert "canary" not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("URL", "llm.example/v1", "llm.url .* http"),
        ("URL", "ftp://llm.example", "llm.url .* http"),
        ("URL", "https://user:canary-key@llm.example/v1", "llm.url .* api_key"),
        ("URL", "https://llm.example/v1?key=canary-key", "llm.url .* api_key"),
        ("URL", "https://llm.example/v1", "llm .* model"),
        ("API_KEY", "canary-key\nX-Evil: 1", "llm.api_key .* line break"),
        ("TIMEOUT", "0", "llm.timeout"),
        ("MAX_CALLS", "-1", "llm.max_calls"),
        ("CONCURRENCY", "0", "llm.concurrency"),
        ("LOW", "0.97", "llm .* low may not be above high"),
        ("HIGH", "2", "llm.high"),
        ("NO_SUCH", "1", "llm.no_such"),
    ],
)
def test_a_setting_of_the_language_model_that_makes_no_sense_is_named(
    name: str, value: str, told: str, tmp_path: Path, silent: pytest.MonkeyPatch
) -> None:
    silent.setenv(f"GROUNDRULE_LLM__{name}", value)
    with pytest.raises(InvalidQuestion, match=told) as caught:
        load_settings(tmp_path)
    assert "canary" not in f"{caught.value} {caught.value.__cause__}"


def test_a_group_of_settings_that_is_no_json_is_an_error_without_its_text(tmp_path: Path, silent: pytest.MonkeyPatch) -> None:
    silent.setenv("GROUNDRULE_LLM", "api_key=canary-key")
    with pytest.raises(InvalidQuestion, match="llm") as caught:
        load_settings(tmp_path)
    assert "canary" not in f"{caught.value} {caught.value.__cause__}"
