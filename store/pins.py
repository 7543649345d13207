"""What a person may set on a record, and a record with it set: the one place that checks, for every kind of ledger."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from domain.errors import BadInput, Defect
from domain.record import Record, Status
from store import codec

#: A person's decision is pinned under this name, though it is no field that an edit may set.
STATUS = "status"

#: Not here: identity and kind, the evidence (quotes are exact or there is no citation), authority (it comes from the channel), and what is
#: computed from the evidence.
PINNABLE = frozenset(
    {
        "statement", "modality", "subject", "action", "scope", "conditions", "values", "overrides", "effect", "handler", "re_entry",
        "sender", "receiver", "artifact", "channel", "fields", "documentation", "recurrence", "valid_from", "valid_to", "superseded_by",
        "superseded_on",
    }
)  # fmt: skip
_DAYS = frozenset({"valid_from", "valid_to", "superseded_on"})

#: Field to value, as JSON has it.
Pins = Mapping[str, object]


def checked(record: Record, wanted: Mapping[str, object]) -> dict[str, object]:
    """The fields to pin, if the record can have them all; raises BadInput naming the one that it cannot."""
    for name, value in wanted.items():
        if name not in PINNABLE:
            raise BadInput(f"{name!r} is not a field that can be set; these are: {', '.join(sorted(PINNABLE))}")
        if not _fits(_hints(Record)[name], value) or (name in _DAYS and value is not None and not _is_day(value)):
            raise BadInput(f"this is no value for {name}")
    if not wanted.get("statement", "x"):
        raise BadInput("a record needs a statement")
    try:
        with_pins(record, wanted)
    except Defect as error:
        raise BadInput(f"the record would make no sense: {error}") from error
    return dict(wanted)


def with_pins(record: Record, pins: Pins) -> Record:
    """The record as a person wants it; raises Defect where that breaks a record's own rules."""
    if not pins:
        return record
    plain = {**codec.to_plain(record), **pins, "vector": record.vector}
    return codec.from_plain(Record, plain)


def status_of(pins: Pins) -> Status | None:
    return Status(str(pins[STATUS])) if STATUS in pins else None


def edits(pins: Pins) -> bool:
    """Whether there is more than a decision."""
    return any(name != STATUS for name in pins)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _fits(kind: Any, value: object) -> bool:
    """Whether a JSON value has a type's shape; stricter than the codec, which would make text of any number."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return any(_fits(part, value) for part in inner)
    if origin is tuple:
        return isinstance(value, list | tuple) and all(_fits(inner[0], item) for item in value)
    if kind is type(None):
        return value is None
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if issubclass(kind, StrEnum):
        return isinstance(value, str) and value in {member.value for member in kind}
    if isinstance(kind, type) and is_dataclass(kind):
        return _fits_class(kind, value)
    return type(value) is kind


def _fits_class(kind: type, value: object) -> bool:
    if not isinstance(value, dict):
        return False
    parts = {part.name: part for part in fields(kind)}
    needed = {name for name, part in parts.items() if _has_no_default(part)}
    return needed <= value.keys() <= parts.keys() and all(_fits(_hints(kind)[name], item) for name, item in value.items())


def _has_no_default(part: Any) -> bool:
    return part.default is MISSING and part.default_factory is MISSING


def _is_day(value: object) -> bool:
    try:
        return date.fromisoformat(str(value)).isoformat() == value
    except ValueError:
        return False
