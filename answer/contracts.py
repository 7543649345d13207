"""The data contract of a handoff: its fields, and the clauses that its record and others state on what passes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from answer.bounds import Bound, bound_in
from answer.field_types import FieldType, key_of, property_name, type_of_name
from answer.naming import place_of, word_count
from domain.record import Record, RecordKind, Recurrence, StoredRecord
from domain.statement import Modality
from domain.value import ValueKind

_OTHER = frozenset({RecordKind.RULE, RecordKind.EXCEPTION})
#: What makes a sentence a demand on what passes: a limit, a format, or who signs.
_DEMANDS = re.compile(
    r"\b(?:at\s(?:most|least)|no\s(?:more|less|later)\sthan|exceeds?|maximum|minimum|format|pdf|digits?|letters?|spreadsheet|on\spaper|"
    r"in\swriting|capitals?|(?:counter)?sign(?:s|ed|ature)?|initial(?:s|led)|approv(?:e|es|ed|al)|stamp(?:ed)?)\b",
    re.I,
)
_BINDING = frozenset({Modality.OBLIGATION, Modality.PROHIBITION})


@dataclass(frozen=True, slots=True)
class ContractField:
    """``title``: as written. ``unit``: of a number, or the currency, where a record states it; else ""."""

    name: str
    title: str
    required: bool
    type: FieldType
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """One demand and the record that it rests on.

    ``field``: a property's name, or None for all that passes. ``keyword``: "property" (the field itself), a bound's keyword, or
    "description" for what a person must check. ``bound``: where it is one.
    """

    id: str
    field: str | None
    keyword: str
    stored: StoredRecord
    bound: Bound | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    handoff: StoredRecord
    fields: tuple[ContractField, ...]
    clauses: tuple[Clause, ...]

    def clause(self, field: str | None, keyword: str) -> Clause | None:
        return next((c for c in self.clauses if c.field == field and c.keyword == keyword), None)


def contract_of(handoff: StoredRecord, records: Mapping[str, StoredRecord], day: str) -> Contract:
    """``records``: all that the ledger holds, by id; those count that are proposed or approved and hold on the ISO day."""
    fields = _fields(handoff.record)
    holding = [records[key] for key in sorted(records) if records[key].record.governs(day)]
    bent = {stored.record.overrides for stored in holding}
    clauses = [Clause(f"{field.name}.property", field.name, "property", handoff) for field in fields]
    for stored in holding:
        if stored.record.kind in _OTHER:
            clauses += _clauses(handoff.record, fields, stored, bent=stored.record.id in bent)
    kept = _tightest(clauses)
    return Contract(handoff, tuple(_told(field, kept) for field in fields), tuple(kept))


def _fields(record: Record) -> tuple[ContractField, ...]:
    """One for each name; two that differ in case, spaces and hyphens only are one, required where either is."""
    found: dict[str, ContractField] = {}
    names: set[str] = set()
    for field in record.fields:
        key, known = key_of(field.name), found.get(key_of(field.name))
        if known is not None:
            found[key] = replace(known, required=known.required or field.required)
            continue
        name, count = property_name(field.name), 2
        while name in names:
            name, count = f"{property_name(field.name)}_{count}", count + 1
        names.add(name)
        found[key] = ContractField(name, field.name, field.required, type_of_name(field.name))
    return tuple(found.values())


def _clauses(handoff: Record, fields: Iterable[ContractField], stored: StoredRecord, *, bent: bool) -> list[Clause]:
    """What one record demands. ``bent``: an exception in force overrides it, so that it binds no longer every case."""
    record, artifact = stored.record, handoff.artifact or ""
    on_artifact = bool(artifact) and place_of(record.said, artifact) is not None
    named = [f for f in fields if place_of(record.said, f.title) and (on_artifact or word_count(f.title) > 1)]
    general = _binds_every_case(record) and not bent
    for field in named:
        bound = bound_in(record.said, field.title, artifact) if general else None
        if bound is not None and _fits(bound, field):
            return [Clause(f"{field.name}.{bound.keyword}.{record.id}", field.name, bound.keyword, stored, bound)]
    if not (record.values or _DEMANDS.search(record.said)):
        return []
    if named:
        return [Clause(f"{field.name}.description.{record.id}", field.name, "description", stored) for field in named]
    return [Clause(f"description.{record.id}", None, "description", stored)] if on_artifact else []


def _binds_every_case(record: Record) -> bool:
    """Whether nothing narrows the record: no name, no condition, no context that was inferred, no favour, no exception."""
    return (
        record.kind is RecordKind.RULE
        and record.modality in _BINDING
        and record.recurrence is Recurrence.STANDING
        and not (record.scope or record.conditions)
        and record.said == record.statement
    )


def _fits(bound: Bound, field: ContractField) -> bool:
    """A sum bounds no day and no address; a number bounds no sum."""
    if bound.kind is ValueKind.MONEY:
        return field.type in (FieldType.MONEY, FieldType.TEXT, FieldType.SEVERAL)
    return field.type in (FieldType.NUMBER, FieldType.TEXT, FieldType.SEVERAL)


def _tightest(clauses: list[Clause]) -> list[Clause]:
    """Of two bounds of a field on one side, in one unit, the looser stays as a description; in another unit too: both cannot be tested."""
    kept: dict[tuple[str | None, str], Clause] = {}
    units: dict[str | None, tuple[str, str]] = {}
    done = []
    for clause in clauses:
        if clause.bound is None:
            done.append(clause)
            continue
        side = "maximum" if "aximum" in clause.keyword else "minimum"
        unit = (clause.bound.kind.value, clause.bound.unit)
        if units.setdefault(clause.field, unit) != unit:
            done.append(_shown(clause))
            continue
        rival = kept.get((clause.field, side))
        first = clause if rival is None or _tightness(clause, side) > _tightness(rival, side) else rival
        if rival is not None:
            done.append(_shown(rival if first is clause else clause))
        kept[clause.field, side] = first
    return sorted([*done, *kept.values()], key=lambda c: (c.keyword != "property", c.id if c.keyword != "property" else ""))


def _tightness(clause: Clause, side: str) -> tuple[float, bool]:
    assert clause.bound is not None
    return (-clause.bound.number if side == "maximum" else clause.bound.number), clause.keyword.startswith("exclusive")


def _shown(clause: Clause) -> Clause:
    return Clause(f"{clause.field}.description.{clause.stored.record.id}", clause.field, "description", clause.stored)


def _told(field: ContractField, clauses: list[Clause]) -> ContractField:
    """The field with the type and unit that a record's bound tells."""
    bound = next((c.bound for c in clauses if c.field == field.name and c.bound is not None), None)
    if bound is None:
        return field
    return replace(field, type=FieldType.MONEY if bound.kind is ValueKind.MONEY else FieldType.NUMBER, unit=bound.unit)
