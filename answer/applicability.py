"""Whether a record applies to a case: yes, no or unknown, each with its reasons."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

from answer.facts import Case
from domain.question import Applies
from domain.record import Record
from domain.statement import Condition, Modality
from domain.value import ValueKind

_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
_KIND = {"amount": ValueKind.MONEY, "percent": ValueKind.PERCENT, "duration": ValueKind.DURATION, "count": ValueKind.COUNT}
#: A duty's own measure: a case that differs breaks the duty and does not escape it.
_MEASURE = re.compile(
    r"(?:within|by|at\s+(?:least|most|the\s+latest)|(?:no|not)\s+(?:later|longer|more|less|earlier|fewer)\s+than)\b", re.I
)
_GENERIC = frozenset("gmbh ltd inc llc bv as aps srl spa ag plc co company group limited the and of".split())


@dataclass(frozen=True, slots=True)
class Judgement:
    """``names_met``: the share of the record's names that the case mentions (1.0 for a record without names).

    ``missing``: facts it lacks. ``out_of_time``: it does not hold on the day asked about.
    """

    applies: Applies
    because: tuple[str, ...]
    names_met: float
    missing: tuple[str, ...] = ()
    out_of_time: bool = False


def judge(record: Record, case: Case, day: str) -> Judgement:
    """By validity on the day, by names, then by the conditions that code can test."""
    validity = record.validity(day)
    if validity != "active" and not _within(record, case):
        return Judgement(Applies.NO, (f"{validity.replace('_', ' ')} on {day}",), 0.0, out_of_time=True)
    met, reasons = _names(record, case)
    verdicts, missing = [], []
    for condition in _deciding(record):
        outcome, reason, lacks = _tested(condition, case)
        verdicts.append(outcome)
        reasons += [reason] if reason else []
        missing += [lacks] if lacks else []
    if Applies.NO in verdicts:
        return Judgement(Applies.NO, tuple(reasons), met)
    if met == 0.0:
        return Judgement(Applies.NO, (*reasons, f"it is about {', '.join(i.value for i in record.scope[:2])}"), met)
    if missing:
        return Judgement(Applies.UNKNOWN, tuple(reasons), met, tuple(missing))
    return Judgement(Applies.YES, tuple(reasons), met)


def _within(record: Record, case: Case) -> bool:
    """Whether the case names a day of the record's window, where that has both ends: it may be asked about before or after."""
    if record.valid_from is None or record.valid_to is None or record.superseded_by is not None:
        return False
    return any(v.kind is ValueKind.DATE and record.valid_from <= str(v.value) <= record.valid_to for v in case.values)


def _deciding(record: Record) -> list[Condition]:
    """The conditions on which it turns whether the record applies."""
    if record.modality is not Modality.OBLIGATION:
        return list(record.conditions)
    return [c for c in record.conditions if c.test is None or c.test.fact != "duration" or not _MEASURE.match(c.text.strip())]


def _names(record: Record, case: Case) -> tuple[float, list[str]]:
    if not record.scope:
        return 1.0, []
    named = [item.value for item in record.scope if mentions(case.text, item.value)]
    return len(named) / len(record.scope), [f"the case names {name}" for name in named[:2]]


def mentions(text: str, name: str) -> bool:
    """Whether a lower-case text has the name, or the first word of it that is not generic."""
    if re.search(rf"\b{re.escape(name.lower())}\b", text):
        return True
    words = [w for w in re.findall(r"[^\W_]+", name.lower()) if w not in _GENERIC and len(w) > 2]
    return bool(words) and re.search(rf"\b{re.escape(words[0])}\b", text) is not None


def _tested(condition: Condition, case: Case) -> tuple[Applies, str, str]:
    """(outcome, reason, the fact that is missing)."""
    test = condition.test
    if test is None or not isinstance(test.value, float):
        return Applies.UNKNOWN, "", ""
    numbers = case.amount(_KIND[test.fact], test.unit) if test.fact in _KIND else []
    if not numbers:
        return (Applies.UNKNOWN, "", test.fact) if test.fact in ("amount", "percent") else (Applies.UNKNOWN, "", "")
    holds = any(_OPERATORS[test.op](number, test.value) for number in numbers)
    shown = f"{numbers[0]:g} {test.unit}".strip()
    if holds:
        return Applies.YES, f"{shown}: {condition.text}", ""
    return Applies.NO, f"{shown} is not {condition.text}", ""
