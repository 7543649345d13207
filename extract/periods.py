"""From when and until when a sentence says that it holds."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from domain.moments import DATES, month_of
from domain.quantities import values_in

_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_END = re.compile(
    r"\b(?:until|till|through|thru|up\s+to\s+and\s+including|no\s+later\s+than|expires?(?:\s+on)?|ends?(?:\s+on)?|valid\s+to|to|and)\s+"
    r"(?:the\s+)?(?:end\s+of\s+)?(?:\w+day,?\s+)?$",
    re.I,
)
_START = re.compile(
    r"\b(?:from|since|as\s+of|as\s+from|starting|beginning|effective|with\s+effect\s+from|between|after|dated|arriving\s+between)\s+"
    r"(?:the\s+)?(?:\w+day,?\s+)?$",
    re.I,
)
_MONTH_END = re.compile(
    rf"\b(?:until|till|through)\s+(?:the\s+)?(?:end\s+of\s+)?(?P<month>{_MONTH})(?:\s+(?P<year>20\d\d))?\b(?!\s?\d)", re.I
)
_MONTH_START = re.compile(rf"\b(?:from|as\s+of|starting|since)\s+(?P<month>{_MONTH})(?:\s+(?P<year>20\d\d))?\b(?!\s?\d)", re.I)


def period_of(text: str, *, written_on: str | None) -> tuple[str | None, str | None]:
    """(valid_from, valid_to) as ISO dates, both inclusive; None where the sentence does not say.

    ``written_on``: the ISO date of the message or paper; it completes dates without a year to the nearest that make sense.
    """
    year = int(written_on[:4]) if written_on else None
    start = end = None
    for pattern, _ in DATES:
        for match in pattern.finditer(text):
            values = values_in(match[0], year=year)
            if not values:
                continue
            day = str(values[0].value)
            if _END.search(text[: match.start()]) and end is None:
                end = day
            elif _START.search(text[: match.start()]) and start is None:
                start = day
    if end is None and (last := _MONTH_END.search(text)) and (last["year"] or year):
        month, full = month_of(last["month"]), int(last["year"] or year or 0)
        end = date(full, month, calendar.monthrange(full, month)[1]).isoformat()
    if start is None and (first := _MONTH_START.search(text)) and (first["year"] or year):
        start = date(int(first["year"] or year or 0), month_of(first["month"]), 1).isoformat()
    return _ordered(start, end, written_on)


def _ordered(start: str | None, end: str | None, written_on: str | None) -> tuple[str | None, str | None]:
    """A yearless end before its start, or long before the writing, means next year."""
    after = start or (written_on and (date.fromisoformat(written_on[:10]) - timedelta(days=60)).isoformat())
    if end is not None and after is not None and end < after:
        try:
            end = date.fromisoformat(end).replace(year=int(end[:4]) + 1).isoformat()
        except ValueError:
            return start, None
    return start, end
