"""Until when a case must be dealt with, as the sentence of a record says it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from domain.record import Record, RecordKind
from domain.value import Value, ValueKind

_WITHIN = re.compile(r"\b(?:within|no\s+later\s+than|not\s+later\s+than|at\s+most|up\s+to|no\s+more\s+than)\s+(?:the\s+)?$", re.I)
_BY = re.compile(r"\b(?:by|before|until|till|no\s+later\s+than|not\s+later\s+than)\s+(?:the\s+)?$", re.I)
#: What is handed over at a time of day is due then.
_AT = re.compile(r"\b(?:at|by|before|until|till|no\s+later\s+than|not\s+later\s+than)\s+(?:the\s+)?$", re.I)
#: A span that is counted from something else than that the case is there says nothing of when the case is due.
_FROM = re.compile(r"^\s*(?:of|after|from|before|following|prior\s+to)\b(?P<what>[^,.;]*)", re.I)
_HERE = re.compile(r"\b(?:receipt|receiv\w+|request\w*|asked|asking|notice|notif\w+|report\w*|being\s+told|discover\w+|finding)\b", re.I)
_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
#: Longer spans are terms of keeping, of contracts, of warranties.
LONGEST = 366


def deadline_in(record: Record, *, as_of: str, at: str) -> tuple[str, str] | None:
    """The deadline and the words that say it, or None. An ISO day, or for hours and minutes a moment in UTC.

    ``as_of``: the day on which the step stopped; ``at``: the moment at which the case is opened, which hours count from where it is on that
    day. A time of day counts as that day: no record says in which place it is meant.
    """
    said = record.said
    for value in record.values:
        begin = said.find(value.text)
        if begin < 0:
            continue
        before, after = said[:begin], said[begin + len(value.text) :]
        handed = value.kind is ValueKind.TIME and record.kind is RecordKind.HANDOFF
        cue = (_WITHIN if value.kind is ValueKind.DURATION else _AT if handed else _BY).search(before)
        if cue is None:
            continue
        due = _due(value, after, as_of, at)
        if due is not None:
            return due, f"{cue[0].strip()} {value.text}"
    return None


def _due(value: Value, after: str, as_of: str, at: str) -> str | None:
    if value.kind is ValueKind.DATE:
        return str(value.value) if str(value.value) >= as_of else None
    if value.kind is ValueKind.TIME:
        return as_of
    if value.kind is not ValueKind.DURATION or isinstance(value.value, str):
        return None
    anchor = _FROM.match(after)
    if anchor is not None and not _HERE.search(anchor["what"]):
        return None
    return _later(date.fromisoformat(as_of), float(value.value), value.unit, at)


def _later(day: date, number: float, unit: str, at: str) -> str | None:
    if unit in ("minute", "hour"):
        span = timedelta(minutes=number) if unit == "minute" else timedelta(hours=number)
        moment = datetime.fromisoformat(at).astimezone(UTC)
        return (moment + span).isoformat(timespec="seconds") if moment.date() == day else (day + span).isoformat()
    if number != int(number) or not 0 < number <= LONGEST:
        return None
    if unit == "business_day":
        return _business(day, int(number)).isoformat()
    if unit in _MONTHS:
        return _months(day, int(number) * _MONTHS[unit])
    due = day + timedelta(days=int(number) * _DAYS[unit])
    return due.isoformat() if (due - day).days <= LONGEST else None


def _business(day: date, number: int) -> date:
    """Monday to Friday; holidays are not known."""
    while number:
        day += timedelta(days=1)
        number -= day.weekday() < 5
    return day


def _months(day: date, number: int) -> str | None:
    """The same day of a later month, or its last one; None beyond a year."""
    if number > 12:
        return None
    year, month = divmod(day.year * 12 + day.month - 1 + number, 12)
    for last in range(day.day, 27, -1):
        try:
            return date(year, month + 1, last).isoformat()
        except ValueError:
            continue
    return date(year, month + 1, min(day.day, 28)).isoformat()
