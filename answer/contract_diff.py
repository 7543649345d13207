"""What changed between two versions of a handoff's contract, and what of it breaks a payload that was valid before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from answer.contract_schema import bounds
from answer.contracts import Contract, ContractField
from answer.field_types import WIDER, key_of


@dataclass(frozen=True, slots=True)
class ContractChange:
    """``what``: field_added, field_removed, became_required, became_optional, type_changed, unit_changed, limit_added, limit_narrowed,
    limit_widened, limit_removed, title_changed, clause_added, clause_removed, or an end's name with ``_changed``.

    ``breaking``: a payload that was valid may no longer be. ``records``: ids of those that the new state rests on, or the old one where
    it is gone.
    """

    what: str
    field: str | None
    breaking: bool
    before: str | None
    after: str | None
    records: tuple[str, ...]


def contract_diff(before: Contract, after: Contract) -> tuple[ContractChange, ...]:
    """Breaking changes first, then by field."""
    found = [*_ends(before, after), *_descriptions(before, after)]
    old, new = ({key_of(field.title): field for field in contract.fields} for contract in (before, after))
    for key in sorted(old.keys() | new.keys()):
        one, other = old.get(key), new.get(key)
        if one is None and other is not None:
            known = "required" if other.required else "optional"
            found.append(_change(after, "field_added", other.name, other.required, None, f"{other.type}, {known}"))
            found += _limits(before, after, None, other)
        elif one is not None and other is None:
            found.append(_change(before, "field_removed", one.name, True, one.type.value, None))
        elif one is not None and other is not None:
            found += [*_field(after, one, other), *_limits(before, after, one, other)]
    return tuple(sorted(found, key=lambda c: (not c.breaking, c.field or "", c.what, c.before or "", c.after or "")))


def _field(after: Contract, one: ContractField, other: ContractField) -> Iterator[ContractChange]:
    name = other.name
    if one.required != other.required:
        what = "became_required" if other.required else "became_optional"
        yield _change(after, what, name, other.required, _need(one), _need(other))
    if one.type is not other.type:
        narrowed = other.type not in WIDER.get(one.type, frozenset())
        yield _change(after, "type_changed", name, narrowed, one.type.value, other.type.value)
    if one.unit != other.unit and one.unit and other.unit:
        yield _change(after, "unit_changed", name, True, one.unit, other.unit)
    if one.title != other.title:
        yield _change(after, "title_changed", name, False, one.title, other.title)


def _limits(before: Contract, after: Contract, one: ContractField | None, other: ContractField) -> Iterator[ContractChange]:
    """Side by side: an upper limit and a lower one, exclusive or not."""
    old, new = bounds(before, one) if one else {}, bounds(after, other)
    for side in ("maximum", "minimum"):
        was, now = _side(old, side), _side(new, side)
        if was == now:
            continue
        if was is None or now is None:
            what, breaking = ("limit_added", one is not None) if was is None else ("limit_removed", False)
        else:
            sign = -1 if side == "maximum" else 1
            breaking = (sign * now[0], now[1]) > (sign * was[0], was[1])
            what = "limit_narrowed" if breaking else "limit_widened"
        yield _change(after, what, other.name, breaking, _told(side, was, one), _told(side, now, other))


def _side(limits: dict[str, float | int], side: str) -> tuple[float | int, bool] | None:
    """(number, exclusive)."""
    for keyword, exclusive in ((side, False), (f"exclusive{side.capitalize()}", True)):
        if keyword in limits:
            return limits[keyword], exclusive
    return None


def _told(side: str, limit: tuple[float | int, bool] | None, field: ContractField | None) -> str | None:
    if limit is None or field is None:
        return None
    return f"{'exclusive ' if limit[1] else ''}{side} {limit[0]} {field.unit}".strip()


def _ends(before: Contract, after: Contract) -> Iterator[ContractChange]:
    one, other = before.handoff.record, after.handoff.record
    for name, old, new in (
        ("from", one.sender, other.sender),
        ("to", one.receiver, other.receiver),
        ("artifact", one.artifact, other.artifact),
        ("channel", one.channel, other.channel),
    ):
        if old != new:
            yield ContractChange(f"{name}_changed", None, False, old, new, (other.id,))


def _descriptions(before: Contract, after: Contract) -> Iterator[ContractChange]:
    """What a person must check, by its record and words."""
    old, new = (
        {(c.field, c.stored.record.id, c.stored.record.said) for c in contract.clauses if c.keyword == "description"}
        for contract in (before, after)
    )
    for field, record, said in sorted(new - old, key=str):
        yield ContractChange("clause_added", field, False, None, said, (record,))
    for field, record, said in sorted(old - new, key=str):
        yield ContractChange("clause_removed", field, False, said, None, (record,))


def _change(contract: Contract, what: str, field: str, breaking: bool, before: str | None, after: str | None) -> ContractChange:
    records = sorted({c.stored.record.id for c in contract.clauses if c.field == field})
    return ContractChange(what, field, breaking, before, after, tuple(records))


def _need(field: ContractField) -> str:
    return "required" if field.required else "optional"
