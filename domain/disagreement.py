"""Whether two records contradict each other, and which goes first: an explicit override, then authority, specificity, recency."""

from __future__ import annotations

from collections.abc import Iterator

from domain.question import Disagreement
from domain.record import Record, RecordKind
from domain.statement import Modality
from domain.value import Value, ValueKind

#: Quantities that set a parameter; a date mostly says when a record holds.
_SETTING = frozenset({ValueKind.MONEY, ValueKind.PERCENT, ValueKind.DURATION, ValueKind.COUNT, ValueKind.TIME})


def may_meet(one: Record, other: Record) -> bool:
    """Whether some case, at some time, falls under both: names that contain each other or are missing, periods that overlap."""
    mine, theirs = ([item.value.lower() for item in r.scope] for r in (one, other))
    if mine and theirs and not any(a in b or b in a for a in mine for b in theirs):
        return False
    if other.id == one.superseded_by or one.id == other.superseded_by:
        return False  # one has taken the other's place
    for first, second in ((one, other), (other, one)):
        ends = min(filter(None, (first.valid_to, first.superseded_on)), default=None)
        if ends and second.valid_from and ends < second.valid_from:
            return False
    return True


def disputed(one: Record, other: Record) -> str:
    """What two records on one matter disagree on; "" where they can both hold."""
    for mine, theirs in _comparable(one, other):
        return f"{mine.kind}: {mine.text} or {theirs.text}"
    if one.modality and other.modality and _opposed(one, other) and not linked(one, other):
        return f"{one.modality} or {other.modality}"
    return ""


def disagreement(one: Record, other: Record) -> Disagreement | None:
    """Both sides, the one that goes first before the other, and why; None where they can both hold."""
    on = disputed(one, other)
    if not on or not may_meet(one, other):
        return None
    first, second, why = _precedence(one, other)
    return Disagreement((first.id, second.id), on, why)


def _comparable(one: Record, other: Record) -> Iterator[tuple[Value, Value]]:
    """A quantity of each, of a kind of which they have none in common."""
    for key in sorted({_sort(v) for v in one.values} & {_sort(v) for v in other.values} - {None}, key=str):
        mine, theirs = ([v for v in r.values if _sort(v) == key] for r in (one, other))
        if {(v.value, v.unit) for v in mine}.isdisjoint({(v.value, v.unit) for v in theirs}):
            yield mine[0], theirs[0]


def _sort(value: Value) -> tuple[ValueKind, str] | None:
    """What can be compared: amounts of one currency, counts of one thing; all durations."""
    if value.kind not in _SETTING:
        return None
    return value.kind, value.unit if value.kind in (ValueKind.MONEY, ValueKind.COUNT) else ""


def _opposed(one: Record, other: Record) -> bool:
    return {one.modality, other.modality} == {Modality.PERMISSION, Modality.PROHIBITION}


def linked(one: Record, other: Record) -> bool:
    """Whether one is an exception to the other."""
    return other.id == one.overrides or one.id == other.overrides


def _precedence(one: Record, other: Record) -> tuple[Record, Record, str]:
    for first, second in ((one, other), (other, one)):
        if first.overrides == second.id:
            less = f", on less authority: {first.authority_reason}" if first.authority < second.authority else ""
            return first, second, f"explicit override: the first is an exception to the second{less}"
    if one.authority != other.authority:
        first, second = (one, other) if one.authority > other.authority else (other, one)
        return first, second, f"authority: {first.authority_reason} before {second.authority_reason}"
    for first, second in ((one, other), (other, one)):
        if first.scope and not second.scope:
            return first, second, f"specificity: the first is about {first.scope[0].value}, the second about every case"
        if first.kind is RecordKind.EXCEPTION and second.kind is RecordKind.RULE:
            return first, second, "specificity: an exception before a rule"
    days = [r.valid_from or r.last_seen for r in (one, other)]
    if days[0] and days[1] and days[0] != days[1]:
        first, second = (one, other) if days[0] > days[1] else (other, one)
        return first, second, f"recency: {max(days[0], days[1])} before {min(days[0], days[1])}"
    first, second = sorted((one, other), key=lambda r: r.id)
    return first, second, "open: neither override, authority, specificity nor recency tells which goes first"
