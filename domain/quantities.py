"""Finds quantities in a sentence and normalises them: money, percent, durations, counts, dates and times."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from domain.numerals import NUMBER, number_of
from domain.value import Value, ValueKind

CURRENCY = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD", "us$": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD",
    "bucks": "USD", "£": "GBP", "gbp": "GBP", "pound": "GBP", "pounds": "GBP", "quid": "GBP", "chf": "CHF", "franc": "CHF", "francs": "CHF",
    "dkk": "DKK", "sek": "SEK", "nok": "NOK", "kr": "DKK", "kroner": "DKK", "pln": "PLN", "zł": "PLN", "zloty": "PLN", "czk": "CZK",
    "cad": "CAD", "c$": "CAD", "aud": "AUD", "a$": "AUD", "nzd": "NZD", "nz$": "NZD", "jpy": "JPY", "¥": "JPY", "yen": "JPY",
    "inr": "INR", "₹": "INR", "rupees": "INR",
    "zar": "ZAR", "sgd": "SGD", "huf": "HUF", "ron": "RON", "try": "TRY", "mxn": "MXN", "brl": "BRL", "cny": "CNY",
}  # fmt: skip
_CODE = "|".join(sorted((re.escape(c) for c in CURRENCY), key=len, reverse=True))
_MONTHS = "january february march april may june july august september october november december".split()
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|"
    r"aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_UNIT = (
    r"(?:(?P<business>(?:business|working|bank|banking|week)[\s-]?)?(?P<unit>minute|min|hour|hr|h|day|week|fortnight|month|quarter|year)s?)"
)
_COUNT_STOP = frozenset(
    "of or and to the a an in on at by for from with per each other more less than times time is are was were has have as that which who "
    "percent per cent pm am o'clock k eur usd gbp if it we you they he she i but so not no do does did can may must "
    "will would shall should".split()
)  # fmt: skip
#: Two numbers that share what follows: "two to three days", "5-10 %".
_PAIR = rf"(?P<number>{NUMBER})(?:\s?(?:-|–|to|or|and)\s?(?P<second>{NUMBER}))?"

MONEY = re.compile(rf"(?<![\w.,])(?:(?P<before>{_CODE})\s?(?P<a>{NUMBER})|(?P<b>{NUMBER})\s?(?P<after>{_CODE}))(?![\w])", re.I)
PERCENT = re.compile(rf"(?<![\w.,]){_PAIR}\s?(?:%|per\s?cent\b|percent\b|pct\b)", re.I)
DURATION = re.compile(rf"(?<![\w.,]){_PAIR}(?:\s|-)?(?:\(\d+\)\s)?(?:full\s|clear\s|calendar\s|consecutive\s)?{_UNIT}\b", re.I)
NET = re.compile(r"\b(?:net|t\s?\+)[\s-]?(?P<number>\d+)\b", re.I)
FORTNIGHT = re.compile(r"\b(?:a|one)\s(?P<unit>fortnight|day|week|month|year|quarter)\b(?!\s(?:later|ago))", re.I)
NEXT = re.compile(r"\b(?:next|following)\s(?:business|working)[\s-]day\b", re.I)
TIME = re.compile(
    r"\b(?P<hour>[01]?\d|2[0-3])(?:[:.h](?P<minute>[0-5]\d))?\s?(?P<half>[ap]\.?m\b\.?)|"
    r"\b(?P<hour24>[01]?\d|2[0-3])[:h](?P<minute24>[0-5]\d)\b|\b(?P<word>noon|midnight)\b",
    re.I,
)
DATES = (
    (re.compile(r"\b(?P<y>20\d\d|19\d\d)-(?P<m>\d\d)-(?P<d>\d\d)\b"), False),
    (re.compile(rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?\s(?:of\s)?(?P<mon>{_MONTH})\s?,?\s?(?P<y>20\d\d|19\d\d)\b", re.I), True),
    (re.compile(rf"\b(?P<mon>{_MONTH})\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<y>20\d\d|19\d\d)\b", re.I), True),
    (re.compile(r"\b(?P<d>\d{1,2})[./](?P<m>\d{1,2})[./](?P<y>20\d\d)\b"), False),
    (re.compile(rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?\s(?:of\s)?(?P<mon>{_MONTH})\b(?!\s?\d{{4}})", re.I), True),
    (re.compile(rf"\b(?P<mon>{_MONTH})\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?!,?\s\d{{4}})", re.I), True),
)
COUNT = re.compile(rf"(?<![\w.,/#-])(?P<number>{NUMBER})\s(?P<noun>(?:[a-z][a-z-]+\s)?[a-z][a-z-]+s)\b")


def values_in(text: str, *, year: int | None = None) -> tuple[Value, ...]:
    """Quantities in order of appearance, none overlapping another.

    ``year`` completes a date that names none: the one the document was written in, so that "28 February" is a day.
    """
    taken = bytearray(len(text))  # one mark a character: what one finder took, no later one reads
    found: list[tuple[int, Value]] = []
    finders: tuple[Callable[[str], Iterator[tuple[int, int, Value]]], ...] = (
        lambda t: _dates(t, year), _money, _percents, _durations, _times, _counts,
    )  # fmt: skip
    for finder in finders:
        new = [(start, end, value) for start, end, value in finder(text) if not any(taken[start:end])]
        for start, end, _ in new:
            taken[start:end] = b"\x01" * (end - start)
        found += [(start, value) for start, _, value in new]
    return tuple(value for _, value in sorted(found, key=lambda pair: pair[0]))


def _plain(number: float) -> float | int:
    return int(number) if number == int(number) else round(number, 6)


def _money(text: str) -> Iterator[tuple[int, int, Value]]:
    for match in MONEY.finditer(text):
        code = CURRENCY[(match["before"] or match["after"]).lower()]
        number = number_of(match["a"] or match["b"])
        if number is not None:
            yield match.start(), match.end(), Value(ValueKind.MONEY, _plain(number), code, match[0])


def _pair(match: re.Match[str]) -> list[float]:
    numbers = (number_of(match[name]) for name in ("number", "second") if match[name])
    return [number for number in numbers if number is not None]


def _percents(text: str) -> Iterator[tuple[int, int, Value]]:
    for match in PERCENT.finditer(text):
        for number in _pair(match):
            yield match.start(), match.end(), Value(ValueKind.PERCENT, _plain(number), "", match[0])


def _durations(text: str) -> Iterator[tuple[int, int, Value]]:
    short = {"min": "minute", "hr": "hour", "h": "hour"}
    for match in DURATION.finditer(text):
        unit = short.get(match["unit"].lower(), match["unit"].lower())
        if match["business"] and unit == "day":
            unit = "business_day"
        for number in _pair(match):
            factor, named = (2, "week") if unit == "fortnight" else (1, unit)
            yield match.start(), match.end(), Value(ValueKind.DURATION, _plain(number * factor), named, match[0])
    for match in NET.finditer(text):
        yield match.start(), match.end(), Value(ValueKind.DURATION, int(match["number"]), "day", match[0])
    for match in NEXT.finditer(text):
        yield match.start(), match.end(), Value(ValueKind.DURATION, 1, "business_day", match[0])
    for match in FORTNIGHT.finditer(text):
        unit = match["unit"].lower()
        if unit == "fortnight":
            yield match.start(), match.end(), Value(ValueKind.DURATION, 2, "week", match[0])
        elif match[0].lower().startswith("one"):
            yield match.start(), match.end(), Value(ValueKind.DURATION, 1, unit, match[0])


def _times(text: str) -> Iterator[tuple[int, int, Value]]:
    for match in TIME.finditer(text):
        if match["word"]:
            clock = "12:00" if match["word"].lower() == "noon" else "00:00"
        elif match["hour24"]:
            clock = f"{int(match['hour24']):02d}:{match['minute24']}"
        else:
            hour = int(match["hour"]) % 12 + (12 if match["half"].lower().startswith("p") else 0)
            clock = f"{hour:02d}:{match['minute'] or '00'}"
        yield match.start(), match.end(), Value(ValueKind.TIME, clock, "", match[0])


def _dates(text: str, year: int | None) -> Iterator[tuple[int, int, Value]]:
    for pattern, named in DATES:
        for match in pattern.finditer(text):
            parts = match.groupdict()
            month = _month(parts["mon"]) if named else int(parts["m"])
            full = int(parts["y"]) if parts.get("y") else year
            day = _iso(full, month, int(parts["d"])) if full is not None else None
            if day is not None:
                yield match.start(), match.end(), Value(ValueKind.DATE, day, "", match[0])


def _month(name: str) -> int:
    return next(i for i, full in enumerate(_MONTHS, 1) if full.startswith(name.lower().rstrip(".")[:3]))


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _counts(text: str) -> Iterator[tuple[int, int, Value]]:
    for match in COUNT.finditer(text):
        words = match["noun"].split()
        number = number_of(match["number"])
        if number is None or words[0] in _COUNT_STOP or words[-1] in _COUNT_STOP or match["number"].lower() == "one":
            continue
        yield match.start(), match.end(), Value(ValueKind.COUNT, _plain(number), words[-1], match[0])
