"""Checks a live payload against a handoff's contract and explains each violation; whatever it is given, it answers."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from answer.contract_schema import Schema, schema_of
from answer.contracts import Clause, Contract, ContractField
from answer.field_types import FieldType, key_of

#: A name longer than this names no field, and a text need not be looked at any further.
MAX_NAME, MAX_TEXT = 200, 10_000
#: Beyond, a number is as large as any other.
MAX_NUMBER = 10**30

_LIMITS = {"minimum": "at least", "maximum": "at most", "exclusiveMinimum": "more than", "exclusiveMaximum": "less than"}
_EXPECTED = {
    FieldType.MONEY: 'a sum with its currency, as {"amount": 120.5, "currency": "EUR"} or as a number with "currency" beside it',
    FieldType.DATE: "a day of the calendar, as YYYY-MM-DD",
    FieldType.NUMBER: "a number",
    FieldType.EMAIL: "an e-mail address",
    FieldType.YES_NO: "true or false, yes or no",
    FieldType.CODE: "a text that is not empty, or a whole number",
    FieldType.SEVERAL: "a text that is not empty, a number, or a list that is not empty",
    FieldType.TEXT: "a text that is not empty",
}


@dataclass(frozen=True, slots=True)
class Violation:
    """``pointer``: JSON pointer into the payload as it was given; of a missing field, where it belongs. ``clause``: None for the form."""

    pointer: str
    field: str | None
    expected: str
    got: str
    clause: Clause | None
    fix: str


@dataclass(frozen=True, slots=True)
class _Given:
    """The payload as the schema names it, bounded in depth and size. ``names``: property -> the name that it was given."""

    values: dict[str, object]
    names: dict[str, str]
    twice: tuple[tuple[str, str], ...]


def violations_of(contract: Contract, payload: object, day: str) -> tuple[Violation, ...]:
    """In the order of the contract's fields; empty where the payload is valid. A null is a missing value."""
    if not isinstance(payload, Mapping):
        return (Violation("", None, "an object with a member for each field", _kind(payload), None, "Send the fields as one JSON object."),)
    given = _given(contract, payload)
    found = [_twice(contract, name, said) for name, said in given.twice]
    found += list(_by_schema(contract, given, schema_of(contract, day)))
    order = {field.name: at for at, field in enumerate(contract.fields)}
    unique = {(v.pointer, v.expected): v for v in found}
    return tuple(sorted(unique.values(), key=lambda v: (order.get(v.field or "", len(order)), v.pointer)))


def _given(contract: Contract, payload: Mapping[Any, object]) -> _Given:
    known = {key_of(field.title): field.name for field in contract.fields}
    known |= {key_of(field.name): field.name for field in contract.fields}
    if any(field.type is FieldType.MONEY for field in contract.fields):
        known.setdefault("currency", "currency")
    values: dict[str, object] = {}
    names: dict[str, str] = {}
    twice = []
    for said, value in payload.items():
        name = known.get(key_of(said)) if isinstance(said, str) and len(said) <= MAX_NAME else None
        if name is None or value is None:
            continue
        shadow = _shadow(value)
        if name in values and values[name] != shadow:
            twice.append((name, said))
        elif name not in values:
            values[name], names[name] = shadow, said
    return _Given(values, names, tuple(twice))


def _shadow(value: object, *, inside: bool = False) -> object:
    """What the contract can tell of a value; what lies deeper is not its matter."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value[:MAX_TEXT]
    if isinstance(value, int):
        return max(-MAX_NUMBER, min(MAX_NUMBER, value))
    if isinstance(value, float):
        return value if math.isfinite(value) else {}  # no number of JSON
    if inside:
        return {}
    if isinstance(value, list):
        return [0] * min(len(value), 1)
    if isinstance(value, Mapping):
        members = {key_of(k): _shadow(v, inside=True) for k, v in value.items() if isinstance(k, str) and len(k) <= MAX_NAME}
        return {name: members[name] for name in ("amount", "currency") if members.get(name) is not None}
    return {}


def _by_schema(contract: Contract, given: _Given, schema: Schema) -> Iterator[Violation]:
    from jsonschema import Draft202012Validator, FormatChecker

    checker = FormatChecker(formats=())
    checker.checks("date")(_is_day)
    for error in Draft202012Validator(schema, format_checker=checker).iter_errors(given.values):
        path = [str(part) for part in error.absolute_path]
        if error.validator == "required" and not path:
            for name in error.validator_value:
                if name not in given.values:
                    yield _missing(contract, name, "allOf" in error.absolute_schema_path)
        elif path:
            yield _wrong(contract, given, path, str(error.validator), error.validator_value)


def _is_day(value: object) -> bool:
    if not isinstance(value, str):
        return True
    try:
        return bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", value)) and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _missing(contract: Contract, name: str, beside: bool) -> Violation:
    field = _field(contract, name)
    sender = contract.handoff.record.sender
    if field is None or beside:
        sums = next((f for f in contract.fields if f.type is FieldType.MONEY), None)
        clause = contract.clause(sums.name, "property") if sums else None
        fix = 'Add "currency" with the code of three letters, or give each sum as {"amount": ..., "currency": ...}.'
        return Violation("/currency", sums.name if sums else None, "the currency of the sum beside it", "nothing", clause, fix)
    fix = f"Get the {field.title} from {sender} and add it as {_EXPECTED[field.type]}."
    return Violation(
        _pointer(name), name, f"{field.title}: {_EXPECTED[field.type]}", "nothing", contract.clause(name, "property"), _sentence(fix)
    )


def _wrong(contract: Contract, given: _Given, path: list[str], keyword: str, wanted: object) -> Violation:
    name = path[0]
    field, got = _field(contract, name), _kind(given.values.get(name))
    pointer = _pointer(given.names.get(name, name))
    if field is None:  # the currency beside a sum
        sums = next((f for f in contract.fields if f.type is FieldType.MONEY), None)
        clause = contract.clause(sums.name, "property") if sums else None
        return Violation(
            pointer, name, "a currency code of three capital letters", got, clause, 'Give the currency as a code, such as "EUR".'
        )
    if keyword in _LIMITS:
        clause = contract.clause(name, keyword)
        limit = f"{_LIMITS[keyword]} {wanted} {field.unit}".strip()
        whom = (clause.stored.record.handler if clause else None) or contract.handoff.record.sender
        fix = f"Keep {field.title} {limit}, or ask {whom} before it is sent."
        return Violation(pointer, name, f"{field.title}: {limit}", got, clause, _sentence(fix))
    fix = f"Give {field.title} as {_EXPECTED[field.type]}."
    return Violation(pointer, name, f"{field.title}: {_EXPECTED[field.type]}", got, contract.clause(name, "property"), _sentence(fix))


def _twice(contract: Contract, name: str, said: str) -> Violation:
    title = next((field.title for field in contract.fields if field.name == name), name)
    fix = f"Send {title} once: names that differ in case, spaces, underscores and hyphens only are one field."
    return Violation(
        _pointer(said), name, f"{title}: one value", "another value under a second name", contract.clause(name, "property"), fix
    )


def _field(contract: Contract, name: str) -> ContractField | None:
    return next((field for field in contract.fields if field.name == name), None)


def _pointer(name: str) -> str:
    """RFC 6901."""
    return "/" + name.replace("~", "~0").replace("/", "~1")


def _kind(value: object) -> str:
    """What was given, without repeating it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "a text" if value.strip() else "an empty text"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    return "nothing" if value is None else "an object"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
