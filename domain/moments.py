"""Finds days and times of day in a sentence: ISO dates, dates in words, clock times as people say them."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date, timedelta

from domain.value import Value, ValueKind

Found = tuple[int, int, Value]

MONTHS = "january february march april may june july august september october november december".split()
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|"
    r"aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
#: A day that names no year and lies further back than this is meant for the next year.
BACK = timedelta(days=90)
_HOURS = dict(zip("one two three four five six seven eight nine ten eleven twelve".split(), range(1, 13), strict=True))
_HOUR = rf"(?:[01]?\d|2[0-4]|{'|'.join(_HOURS)})"
#: Without am or pm an hour from one to six is taken for the afternoon: business is done then.
_AFTERNOON = 6

TIME = re.compile(
    r"\b(?P<hour>[01]?\d|2[0-3])(?:[:.h](?P<minute>[0-5]\d))?\s?(?P<half>[ap]\.?m\b\.?)|"
    r"\b(?P<hour24>[01]?\d|2[0-3])[:h](?P<minute24>[0-5]\d)\b|\b(?P<word>noon|midnight)\b",
    re.I,
)
_DOTTED = re.compile(
    r"\b(?:before|after|by|until|till|at|from|between|to|and)\s(?P<hour>[01]?\d|2[0-3])\.(?P<minute>[0-5]\d)\b"
    r"(?!\s?(?:%|per|k?m|kg|mm|cm|g|l|°|h|days?|hours?|million|thousand|[€$£]|EUR|\.\d))",
    re.I,
)
_SPOKEN = re.compile(
    rf"\b(?:(?P<part>half|quarter)\s(?:(?P<way>past|to)\s)?|(?P<sharp>))(?P<hour>{_HOUR})\b(?P<clock>\s?o['’]clock)?", re.I
)
_BARE = re.compile(
    rf"\b(?:before|until|till|by|at|after)\s(?P<hour>{_HOUR})"
    r"(?=\s?[,.;!?](?!\d)|\s*$|\s(?:on\s(?:mon|tues|wednes|thurs|fri|satur|sun)|in\sthe\s(?P<of>morning|afternoon|evening|forenoon)|sharp|tomorrow|tonight))",
    re.I,
)
DATES = (
    (re.compile(r"\b(?P<y>20\d\d|19\d\d)-(?P<m>\d\d)-(?P<d>\d\d)\b"), False),
    (re.compile(rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?\s(?:of\s)?(?P<mon>{MONTH})\s?,?\s?(?P<y>20\d\d|19\d\d)\b", re.I), True),
    (re.compile(rf"\b(?P<mon>{MONTH})\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<y>20\d\d|19\d\d)\b", re.I), True),
    (re.compile(r"\b(?P<d>\d{1,2})[./](?P<m>\d{1,2})[./](?P<y>20\d\d)\b"), False),
    (re.compile(rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?\s(?:of\s)?(?P<mon>{MONTH})(?!\w)(?!\s?\d{{4}})", re.I), True),
    (re.compile(rf"\b(?P<mon>{MONTH})\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?!,?\s\d{{4}})", re.I), True),
)
#: The first of two days that share a month: "from 7 to 22 Feb".
_FIRST = re.compile(
    rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s?(?:to|until|till|-|–|and)\s?(?=\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?(?P<mon>{MONTH})\b)", re.I
)
_LAST = re.compile(rf"\b(?:the\s)?end\sof\s(?P<mon>{MONTH})(?!\w)(?:\s(?P<y>20\d\d))?", re.I)


def dates_in(text: str, year: int | None, near: str | None) -> Iterator[Found]:
    """``year`` completes a day that names none; ``near``, an ISO date, with the year that puts the day after it, or shortly before."""
    for pattern, named in (*DATES, (_FIRST, True)):
        for match in pattern.finditer(text):
            parts = match.groupdict()
            month = month_of(parts["mon"]) if named else int(parts["m"])
            day = _completed(parts.get("y"), month, int(parts["d"]), year, near)
            if day is not None:
                yield match.start(), match.end(), Value(ValueKind.DATE, day, "", match[0])
    if near is not None:
        for match in _LAST.finditer(text):
            month = month_of(match["mon"])
            day = _completed(match["y"], month, 28, year, near)
            if day is not None:
                full = int(day[:4])
                last = date(full, month, calendar.monthrange(full, month)[1]).isoformat()
                yield match.start(), match.end(), Value(ValueKind.DATE, last, "", match[0])


def _completed(said: str | None, month: int, day: int, year: int | None, near: str | None) -> str | None:
    if said:
        return iso(int(said), month, day)
    if near is None:
        return iso(year, month, day) if year is not None else None
    written = date.fromisoformat(near[:10])
    this = iso(written.year, month, day)
    if this is not None and date.fromisoformat(this) < written - BACK:
        return iso(written.year + 1, month, day)
    if this is not None and date.fromisoformat(this) > written + timedelta(days=365) - BACK:
        return iso(written.year - 1, month, day)
    return this


def month_of(name: str) -> int:
    return next(i for i, full in enumerate(MONTHS, 1) if full.startswith(name.lower().rstrip(".")[:3]))


def iso(year: int, month: int, day: int) -> str | None:
    """The ISO date, or None where the calendar has no such day."""
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def times_in(text: str) -> Iterator[Found]:
    """Clock times as "HH:MM"."""
    for match in TIME.finditer(text):
        if match["word"]:
            clock = "12:00" if match["word"].lower() == "noon" else "00:00"
        elif match["hour24"]:
            clock = f"{int(match['hour24']):02d}:{match['minute24']}"
        else:
            hour = int(match["hour"]) % 12 + (12 if match["half"].lower().startswith("p") else 0)
            clock = f"{hour:02d}:{match['minute'] or '00'}"
        yield match.start(), match.end(), Value(ValueKind.TIME, clock, "", match[0])
    for match in _DOTTED.finditer(text):
        start = match.start("hour")
        yield start, match.end(), Value(ValueKind.TIME, f"{int(match['hour']):02d}:{match['minute']}", "", text[start : match.end()])
    yield from _spoken(text)


def _spoken(text: str) -> Iterator[Found]:
    for match in _SPOKEN.finditer(text):
        if not match["part"] and not match["clock"]:
            continue
        if match["part"] and match["part"].lower() == "quarter" and not match["way"]:
            continue
        minutes = _hour(match["hour"]) * 60
        if match["part"]:
            step = 30 if match["part"].lower() == "half" else 15
            minutes += -step if (match["way"] or "").lower() == "to" else step
        start = match.start("part") if match["part"] else match.start("hour")
        yield start, match.end(), Value(ValueKind.TIME, f"{minutes // 60 % 24:02d}:{minutes % 60:02d}", "", text[start : match.end()])
    for match in _BARE.finditer(text):
        hour = _hour(match["hour"])
        if (match["of"] or "").lower() in ("morning", "forenoon"):
            hour = hour % 12
        start = match.start("hour")
        yield start, match.end("hour"), Value(ValueKind.TIME, f"{hour % 24:02d}:00", "", match["hour"])


def _hour(text: str) -> int:
    """The hour of 24 that a number without am or pm means."""
    hour = _HOURS.get(text.lower()) or int(text)
    return hour + 12 if 1 <= hour <= _AFTERNOON else hour
