"""The shape of gold.json and tasks.json."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from domain.question import FactValue, Verdict, joined_fact
from domain.record import Documentation, RecordKind, Recurrence
from domain.statement import Modality
from domain.value import ValueKind


def _day(text: str) -> str:
    if len(text) != 10:
        raise ValueError("should be a day as YYYY-MM-DD")
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError("should be a day as YYYY-MM-DD") from None


Day = Annotated[str, AfterValidator(_day)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(min_length=1, max_length=10_000)]


class _Part(BaseModel):
    """Fields that are not known are kept, to be told: a slip of the pen must not silently leave something unscored."""

    model_config = ConfigDict(frozen=True, extra="allow")


class GoldValue(_Part):
    kind: ValueKind
    value: float | int | str
    unit: str | None = None


class GoldRecord(_Part):
    """What is None was not said and is not scored, but for ``overrides``, which an exception always has or has not."""

    id: Name
    kind: RecordKind
    statement: Text
    modality: Modality | None = None
    subject: str | None = None
    scope: tuple[str, ...] | None = None
    values: tuple[GoldValue, ...] | None = None
    documentation: Documentation | None = None
    recurrence: Recurrence | None = None
    status: Literal["active", "superseded", "expired", "not_yet"] = "active"
    overrides: str | None = None
    handler: str | None = None
    sender: str | None = Field(None, alias="from")
    receiver: str | None = Field(None, alias="to")


class GoldDecoy(_Part):
    """A passage that looks like a norm and is none; ``why``: question, joke, past history ..., in any words."""

    id: Name
    why: Name


class GoldSpan(_Part):
    """A passage that carries the records or decoys ``ids``. ``file``: relative to ``files/``; mail also has its ``message_id``."""

    ids: Annotated[tuple[Name, ...], Field(min_length=1)]
    file: Name
    text: Text
    message_id: str | None = None


def _fact(value: object) -> object:
    """A list becomes the text of its members, since a fact is one value."""
    if isinstance(value, list) and value and all(isinstance(one, str | int | float) for one in value):
        return joined_fact(value)
    if value is None or isinstance(value, str | int | float):
        return value
    raise ValueError("should be a text, a number, true, false, null, or a list of these")


Fact = Annotated[FactValue, BeforeValidator(_fact)]


class GoldCase(_Part):
    """``governing``: any of these may come first; none of them and the verdict unknown: nothing decides it."""

    id: Name
    task: Annotated[str, Field(min_length=1, max_length=4000)]
    facts: dict[str, Fact] = {}
    as_of: Day | None = None
    governing: tuple[str, ...] = ()
    verdict: Verdict
    must_not_use: tuple[str, ...] = ()
    missing_facts: tuple[str, ...] = ()


class GoldFile(BaseModel):
    today: Day
    records: Annotated[tuple[GoldRecord, ...], Field(min_length=1)]
    decoys: tuple[GoldDecoy, ...] = ()
    spans: Annotated[tuple[GoldSpan, ...], Field(min_length=1)]


class TaskFile(BaseModel):
    domains: tuple[str, ...] = ()
    tasks: tuple[GoldCase, ...] = ()
