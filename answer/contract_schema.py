"""Writes a handoff's contract as JSON Schema (draft 2020-12), each clause with the quotes that it rests on."""

from __future__ import annotations

from answer.contracts import Clause, Contract, ContractField
from answer.field_types import FieldType
from domain.record import StoredRecord

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, object]

_FILLED: Schema = {"type": "string", "minLength": 1, "pattern": r"\S"}
_CURRENCY: Schema = {"type": "string", "pattern": "^[A-Z]{3}$"}
_MONEY_OBJECT: Schema = {
    "type": "object",
    "properties": {"amount": {"type": "number"}, "currency": _CURRENCY},
    "required": ["amount", "currency"],
}
_FORMS: dict[FieldType, tuple[Schema, ...]] = {
    FieldType.MONEY: (_MONEY_OBJECT, {"type": "number"}),
    FieldType.DATE: ({"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"},),
    FieldType.NUMBER: ({"type": "number"},),
    FieldType.EMAIL: ({"type": "string", "format": "email", "pattern": r"^[^@\s]+@[^@\s]+$"},),
    FieldType.YES_NO: ({"type": "boolean"}, {"enum": ["yes", "no", "Yes", "No", "YES", "NO"]}),
    FieldType.CODE: (_FILLED, {"type": "integer"}),
    FieldType.SEVERAL: (_FILLED, {"type": "number"}, {"type": "array", "minItems": 1}),
    FieldType.TEXT: (_FILLED,),
}


def schema_of(contract: Contract, day: str) -> Schema:
    """``day``: the ISO day for which the contract was made. A property is named in snake_case; null stands for a missing value."""
    record = contract.handoff.record
    artifact = record.artifact or "what passes"
    whole = [_cited(clause) for clause in contract.clauses if clause.field is None]
    schema: Schema = {
        "$schema": DIALECT,
        "$id": f"urn:groundrule:handoff:{record.id}:{contract.handoff.revision}",
        "title": artifact,
        "description": "\n".join([record.said, *whole]),
        "type": "object",
        "properties": {field.name: _property(contract, field) for field in contract.fields},
        "required": [field.name for field in contract.fields if field.required],
        "additionalProperties": True,
    }
    plain = [part for field in contract.fields if field.type is FieldType.MONEY for part in _plain_money(contract, field)]
    if plain:
        schema["allOf"] = plain
    ends = {"from": record.sender, "to": record.receiver, "artifact": record.artifact, "channel": record.channel}
    clauses = [clause_json(clause) for clause in contract.clauses]
    schema["x-groundrule"] = {"record": record.id, "revision": contract.handoff.revision, **ends, "as_of": day, "clauses": clauses}
    return schema


def clause_json(clause: Clause) -> Schema:
    record = clause.stored.record
    return {
        "id": clause.id,
        "field": clause.field,
        "keyword": clause.keyword,
        "record": record.id,
        "revision": clause.stored.revision,
        "statement": record.statement,
        "citations": citations(clause.stored),
    }


def citations(stored: StoredRecord) -> list[dict[str, str]]:
    """The quotes of a record: path, quote, place."""
    quoted = (evidence.citation for evidence in stored.record.evidence)
    return [{"path": c.path, "quote": c.quote, "place": c.place.shown()} for c in quoted]


def bounds(contract: Contract, field: ContractField) -> dict[str, float | int]:
    """Keyword -> number, of the limits that records set on a field."""
    found = (c.bound for c in contract.clauses if c.field == field.name and c.bound is not None)
    return {bound.keyword: int(bound.number) if bound.number.is_integer() else bound.number for bound in found}


def _property(contract: Contract, field: ContractField) -> Schema:
    forms = [*_FORMS[field.type], *(() if field.required else ({"type": "null"},))]
    shown: Schema = {"title": field.title, **(forms[0] if len(forms) == 1 else {"anyOf": list(forms)})}
    notes = [_cited(c) for c in contract.clauses if c.field == field.name and c.keyword != "property"]
    notes += [f"In {field.unit}."] if field.unit else []
    if notes:
        shown["description"] = "\n".join(notes)
    limits = bounds(contract, field)
    if limits and field.type is FieldType.MONEY:
        same = {"type": "object", "properties": {"currency": {"const": field.unit}}, "required": ["currency"]}
        shown["allOf"] = [{"if": same, "then": {"properties": {"amount": dict(limits)}}}]
    elif limits:
        shown.update(limits)
    return shown


def _plain_money(contract: Contract, field: ContractField) -> list[Schema]:
    """A sum that is a plain number needs a currency beside it, and keeps the limits in that one."""
    number: Schema = {"properties": {field.name: {"type": "number"}}, "required": [field.name]}
    beside: Schema = {"required": ["currency"], "properties": {"currency": _CURRENCY}}
    found: list[Schema] = [{"if": number, "then": beside}]
    limits = bounds(contract, field)
    if limits:
        same = {"properties": {field.name: {"type": "number"}, "currency": {"const": field.unit}}, "required": [field.name, "currency"]}
        found.append({"if": same, "then": {"properties": {field.name: dict(limits)}}})
    return found


def _cited(clause: Clause) -> str:
    first = clause.stored.record.evidence[0].citation
    place = first.place.shown()
    return f"{clause.stored.record.said} ({clause.stored.record.id}, {first.path}{', ' + place if place else ''})"
