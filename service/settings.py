"""What an operator can set: by environment variable, by a TOML file, or not at all."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from domain.access import LABEL_FORM, is_label
from domain.errors import InvalidQuestion

CONFIG_FILE = "groundrule.toml"


class LlmSettings(BaseModel):
    """A language model that may refine what extraction believes, off without ``url``: ``GROUNDRULE_LLM__URL``, or ``[llm]`` in the file."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    #: The base of an OpenAI-compatible service, as in https://host/v1.
    url: str | None = None
    model: str = ""
    api_key: SecretStr | None = None
    #: Seconds for one call.
    timeout: float = Field(60.0, gt=0, le=3600)
    #: What one ingestion may spend.
    max_calls: int = Field(1_000, ge=0)
    max_tokens: int = Field(2_000_000, ge=0)
    #: Calls under way at once.
    concurrency: int = Field(4, ge=1, le=64)
    #: Between which likelihoods a sentence is one that the model is asked about.
    low: float = Field(0.15, ge=0, le=1)
    high: float = Field(0.95, ge=0, le=1)

    @field_validator("url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if not value:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("it must begin with http:// or https:// and name a host")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError("it may hold no user, password, query or fragment; a key goes into api_key")
        return value.rstrip("/")

    @field_validator("api_key")
    @classmethod
    def _fit_for_a_header(cls, value: SecretStr | None) -> SecretStr | None:
        secret = value.get_secret_value() if value is not None else ""
        if any(not "!" <= char <= "~" for char in secret):
            raise ValueError("it holds a character that no key has, such as a blank or a line break")
        return value if secret else None

    @model_validator(mode="after")
    def _whole(self) -> LlmSettings:
        if self.url and not self.model:
            raise ValueError("with a url, model must be named too")
        if self.low > self.high:
            raise ValueError("low may not be above high")
        return self


class Settings(BaseSettings):
    """Environment variables are the field names in capitals after ``GROUNDRULE_``; they win over ``groundrule.toml`` in the data folder."""

    model_config = SettingsConfigDict(env_prefix="GROUNDRULE_", env_nested_delimiter="__", extra="forbid", hide_input_in_errors=True)

    data_dir: Path = Path.home() / ".local" / "share" / "groundrule"
    #: The organisation's own mail domains: whose words count as an employee's.
    org_domains: Annotated[frozenset[str], NoDecode] = frozenset()
    #: Mail addresses whose word is an approver's.
    approvers: Annotated[frozenset[str], NoDecode] = frozenset()
    #: Hours after which a person must sign in to the pages again: without a look at any, and in all.
    session_idle_hours: float = Field(2.0, gt=0, le=24 * 30)
    session_hours: float = Field(12.0, gt=0, le=24 * 30)
    database_url: str | None = None
    qdrant_url: str | None = None
    #: Labels of the files whose paths match a pattern, given when they are read: {"hr/*": "hr"}.
    labels: dict[str, frozenset[str]] = {}
    llm: LlmSettings = LlmSettings()
    #: Requests a second that one key may send, and how many at once after a pause; a rate of 0 sets no limit.
    rate_limit: float = Field(200.0, ge=0, le=1e6)
    rate_burst: int = Field(1_000, ge=1, le=10**6)
    #: The same for an address that has shown no living key.
    stranger_rate_limit: float = Field(20.0, ge=0, le=1e6)
    #: Whether webhooks may be told over plain http, and which networks they may be in beside the public internet.
    webhook_http: bool = False
    webhook_networks: Annotated[frozenset[str], NoDecode] = frozenset()

    @field_validator("webhook_networks")
    @classmethod
    def _networks(cls, value: frozenset[str]) -> frozenset[str]:
        for network in value:
            ip_network(network)
        return value

    @field_validator("org_domains", "approvers", "webhook_networks", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        """Comma-separated text or a list, in lower case."""
        items = value.split(",") if isinstance(value, str) else value
        if isinstance(items, (list, tuple, set, frozenset)):
            return frozenset(str(item).strip().lower().lstrip("@") for item in items if str(item).strip())
        return items

    @field_validator("labels", mode="before")
    @classmethod
    def _labelled(cls, value: object) -> object:
        """For each pattern comma-separated text or a list."""
        if not isinstance(value, dict):
            return value
        split = {pattern: some.split(",") if isinstance(some, str) else some for pattern, some in value.items()}
        return {pattern: [str(label).strip() for label in some] if isinstance(some, (list, tuple, set, frozenset)) else some
                for pattern, some in split.items()}  # fmt: skip

    @field_validator("labels")
    @classmethod
    def _proper(cls, value: dict[str, frozenset[str]]) -> dict[str, frozenset[str]]:
        for label in {label for some in value.values() for label in some}:
            if not is_label(label):
                raise ValueError(LABEL_FORM)
        return value

    @property
    def ledger_url(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'ledger.db'}"

    @property
    def index_place(self) -> str | Path:
        return self.qdrant_url or self.data_dir.absolute() / "index"


class _WithFile(Settings):
    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(data_dir: Path | None = None) -> Settings:
    """Settings for a data folder; raises InvalidQuestion naming the setting that makes no sense."""
    given: dict[str, Any] = {} if data_dir is None else {"data_dir": data_dir}
    try:
        folder = Settings(**given).data_dir

        class Here(_WithFile):
            model_config = SettingsConfigDict(env_prefix="GROUNDRULE_", extra="forbid", toml_file=folder / CONFIG_FILE)

        return Settings(**{**Here(**given).model_dump(), **given})
    except ValidationError as error:
        first = error.errors()[0]
        raise InvalidQuestion(f"the setting {'.'.join(map(str, first['loc']))} makes no sense: {first['msg']}") from error
    except SettingsError as error:  # not chained: what could not be read may hold a key
        raise InvalidQuestion(f"the settings cannot be read: {error}") from None
