"""What an operator can set: by environment variable, by a TOML file, or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from domain.errors import InvalidQuestion

CONFIG_FILE = "groundrule.toml"


class Settings(BaseSettings):
    """Environment variables are the field names in capitals after ``GROUNDRULE_``; they win over ``groundrule.toml`` in the data folder."""

    model_config = SettingsConfigDict(env_prefix="GROUNDRULE_", extra="forbid")

    data_dir: Path = Path.home() / ".local" / "share" / "groundrule"
    #: The organisation's own mail domains: whose words count as an employee's.
    org_domains: Annotated[frozenset[str], NoDecode] = frozenset()
    #: Mail addresses whose word is an approver's.
    approvers: Annotated[frozenset[str], NoDecode] = frozenset()
    database_url: str | None = None
    qdrant_url: str | None = None

    @field_validator("org_domains", "approvers", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        """Comma-separated text or a list, in lower case."""
        items = value.split(",") if isinstance(value, str) else value
        if isinstance(items, (list, tuple, set, frozenset)):
            return frozenset(str(item).strip().lower().lstrip("@") for item in items if str(item).strip())
        return items

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
