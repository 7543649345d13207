"""A record and an answer as the export and /v1/context give them: what is scored is what a user gets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class FoundQuote(_Part):
    quote: str
    path: str = ""
    message_id: str | None = None
    place: str = ""


class FoundName(_Part):
    value: str


class FoundValue(_Part):
    kind: str
    value: float | int | str
    unit: str | None = None


class FoundRecord(_Part):
    """``validity`` is that of the gold's ``today``."""

    id: str
    kind: str
    statement: str
    evidence: tuple[FoundQuote, ...]
    modality: str | None = None
    subject: str | None = None
    scope: tuple[FoundName, ...] = ()
    values: tuple[FoundValue, ...] = ()
    overrides: str | None = None
    handler: str | None = None
    sender: str | None = Field(None, alias="from")
    receiver: str | None = Field(None, alias="to")
    documentation: str | None = None
    recurrence: str | None = None
    validity: str = "active"
    confidence: float = 1.0


class FoundAnswer(_Part):
    """``ranked``: the governing records, the deciding one first."""

    verdict: str
    ranked: tuple[FoundRecord, ...]
    missing_facts: tuple[str, ...]
    seconds: float


def record_of(exported: Mapping[str, Any]) -> FoundRecord:
    return FoundRecord.model_validate(exported)


def answer_of(answered: Mapping[str, Any], seconds: float) -> FoundAnswer:
    """``answered``: what POST /v1/context answers."""
    ranked = tuple(record_of(item["record"]) for item in answered["governing"])
    return FoundAnswer(verdict=answered["verdict"], ranked=ranked, missing_facts=tuple(answered["missing_facts"]), seconds=seconds)
