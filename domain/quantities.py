"""Finds quantities in a sentence and normalises them: money, percent, durations and counts; days and times come from domain.moments."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from domain.moments import dates_in, times_in
from domain.numerals import NUMBER, number_of
from domain.value import Value, ValueKind

CURRENCY = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD", "us$": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD",
    "bucks": "USD", "£": "GBP", "gbp": "GBP", "pound": "GBP", "pounds": "GBP", "quid": "GBP", "chf": "CHF", "franc": "CHF", "francs": "CHF",
    "dkk": "DKK", "sek": "SEK", "nok": "NOK", "kr": "DKK", "kroner": "DKK", "pln": "PLN", "zł": "PLN", "zloty": "PLN", "czk": "CZK",
    "cad": "CAD", "c$": "CAD", "aud": "AUD", "a$": "AUD", "nzd": "NZD", "nz$": "NZD", "jpy": "JPY", "¥": "JPY", "yen": "JPY",
    "inr": "INR", "₹": "INR", "rupees": "INR",
    "₦": "NGN", "ngn": "NGN", "naira": "NGN", "rs": "INR", "rand": "ZAR", "ar$": "ARS", "r$": "BRL", "php": "PHP", "₱": "PHP", "kes": "KES",
    "hk$": "HKD", "s$": "SGD", "₺": "TRY", "kč": "CZK", "lei": "RON", "ars": "ARS", "clp": "CLP", "ghs": "GHS",
    "zar": "ZAR", "sgd": "SGD", "huf": "HUF", "ron": "RON", "try": "TRY", "mxn": "MXN", "brl": "BRL", "cny": "CNY",
}  # fmt: skip
_CODE = "|".join(sorted((re.escape(c) for c in CURRENCY), key=len, reverse=True))
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
_DOLLARS, _DOLLAR_CODES = frozenset({"$", "dollar", "dollars", "bucks"}), frozenset({"CAD", "AUD", "NZD", "SGD"})
#: A letter that stands for a currency right before the digits, where the paper uses it so.
LETTER = re.compile(r"(?<![\w.,])(?P<sign>[RN])(?P<number>\d{1,3}(?:[,. ]\d{3})*(?:[.,]\d{2})?(?:\s?(?:k|m|million))?)(?![\w])")
_LETTERS = {"R": "ZAR", "N": "NGN"}
_SIGN = re.compile(
    r"[€$£¥₹₦₱]|(?<!\w)[RN](?=\d{2})|(?<!\w)(?:EUR|USD|GBP|CHF|DKK|SEK|NOK|PLN|CZK|CAD|AUD|NZD|ZAR|SGD|HUF|RON|INR|MXN|BRL|NGN|PHP|KES|ARS)(?!\w)"
)
CENTS = re.compile(rf"(?<![\w.,])(?P<number>{NUMBER})(?:\s?(?P<unit>cents?|pence|c)|(?P<p>p))\b(?!\.)", re.I)
GRAND = re.compile(r"(?<![\w.,])(?P<number>(?:\d+(?:\.\d+)?|[a-z]+)\s?(?:grand|k))\b(?!\w)", re.I)
HALF = re.compile(r"\b(?:one\s)?half\s(?:of\s)?(?:(?:all|its|their|his|her)\b|the\s(?!day|hour|time|year|month|week|team|people))", re.I)
PERCENT = re.compile(rf"(?<![\w.,]){_PAIR}\s?(?:%|per\s?cent\b|percent\b|pct\b)", re.I)
DURATION = re.compile(rf"(?<![\w.,]){_PAIR}(?:\s|-)?(?:\(\d+\)\s)?(?:full\s|clear\s|calendar\s|consecutive\s)?{_UNIT}\b", re.I)
NET = re.compile(r"\b(?:net|t\s?\+)[\s-]?(?P<number>\d+)\b", re.I)
FORTNIGHT = re.compile(r"\b(?:a|one)\s(?P<unit>fortnight|day|week|month|year|quarter)\b(?!\s(?:later|ago))", re.I)
NEXT = re.compile(r"\b(?:next|following)\s(?:business|working)[\s-]day\b", re.I)
#: "within an hour", "after a year", "a day's notice": where one of a unit is a measure.
SINGLE = re.compile(
    r"\b(?:after|within|for|than|least|in\sunder)\s(?P<span>an?\s(?:full\s|calendar\s|whole\s)?(?P<unit>hour|day|week|month|quarter|year))\b"
    r"(?!\s(?:later|ago|or|of|when|and))|"
    r"\b(?P<other>an?\s(?P<of>hour|day|week|month|year)['’]s)\s(?:notice|warning|grace)",
    re.I,
)
_ORDINALS = dict(
    zip(
        "second third fourth fifth sixth seventh eighth ninth tenth twelfth twentieth".split(),
        (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 20),
        strict=True,
    )
)
EVERY = re.compile(r"\bevery\s(?P<nth>second|third|fourth|sixth)\s(?P<unit>hour|day|week|month|year)\b", re.I)
NTH = re.compile(rf"\bevery\s(?P<nth>{'|'.join(_ORDINALS)})\s(?P<noun>[a-z]+)\b", re.I)
#: A day of the month without the month: "by the 25th".
MONTH_DAY = re.compile(r"\b(?:by|on|until|till|before|to)\s(?:the\s)?(?P<number>[0-3]?\d)(?:st|nd|rd|th)\b", re.I)
TIMES = re.compile(r"\b(?:(?P<twice>twice)|(?P<number>two|three|four|five|six|\d{1,2})\stimes)\b(?!\sthe\b)", re.I)
#: Measures that are no money and no time.
MEASURE = re.compile(
    rf"(?<![\w.,/#-])(?P<number>{NUMBER})(?:\s?(?:-|–|to|and)\s?(?P<second>\d[\d.,]*))?[\s-]?(?P<unit>°\s?[CF]\b|°|degrees?(?:\s(?:Celsius|C))?\b|km/h\b|mph\b|m/s\b|kph\b|"
    r"mm\b|cm\b|km\b|kg\b|kilos?\b|kilograms?\b|grams?\b|g\b|tonnes?\b|tons?\b|lbs?\b|pounds\sof\b|litres?\b|liters?\b|ml\b|hl\b|kWh?\b|lux\b|dB\b|ppm\b|TEU\b|"
    r"metres?\b|meters?\b|m[²³23]?\b(?!\s?(?:EUR|USD|GBP|€))|miles?\b|feet\b|ft\b|inch(?:es)?\b|points?\b|pages?\b|copies\b|people\b|persons?\b)"
)
COUNT = re.compile(rf"(?<![\w.,/#-])(?P<number>(?i:{NUMBER}))\s(?P<noun>(?:[A-Za-z][a-z-]+\s)?[A-Za-z][a-z-]+s)\b")


def values_in(text: str, *, year: int | None = None, near: str | None = None, currency: str | None = None) -> tuple[Value, ...]:
    """Quantities in order of appearance, none overlapping another.

    ``year`` completes a date that names none: the one the document was written in, so that "28 February" is a day. ``near`` does so with
    the year that puts the day after this ISO date or shortly before. ``currency``: whose dollars or cents the document means.
    """
    taken = bytearray(len(text))  # one mark a character: what one finder took, no later one reads
    found: list[tuple[int, Value]] = []
    finders: tuple[Callable[[str], Iterator[tuple[int, int, Value]]], ...] = (
        lambda t: dates_in(t, year, near), lambda t: _money(t, currency), _percents, _durations, times_in, _counts,
    )  # fmt: skip
    for finder in finders:
        last: tuple[int, int, Value] | None = None
        for start, end, value in finder(text):
            # A pair ("two to three days") gives two values from one place.
            second = last is not None and last[:2] == (start, end) and last[2].value != value.value
            if not second and any(taken[start:end]):
                continue
            taken[start:end] = b"\x01" * (end - start)
            found.append((start, value))
            last = (start, end, value)
    return tuple(value for _, value in sorted(found, key=lambda pair: pair[0]))


def _plain(number: float) -> float | int:
    return int(number) if number == int(number) else round(number, 6)


def _money(text: str, currency: str | None) -> Iterator[tuple[int, int, Value]]:
    for match in MONEY.finditer(text):
        sign = (match["before"] or match["after"]).lower()
        code = currency if sign in _DOLLARS and currency in _DOLLAR_CODES else CURRENCY[sign]
        number = number_of(match["a"] or match["b"])
        if number is not None:
            yield match.start(), match.end(), Value(ValueKind.MONEY, _plain(number), str(code), match[0])
    for match in LETTER.finditer(text):
        number = number_of(match["number"])
        if number is not None and _LETTERS[match["sign"]] == currency:
            yield match.start(), match.end(), Value(ValueKind.MONEY, _plain(number), currency, match[0])
    for match in CENTS.finditer(text):
        number = number_of(match["number"])
        whole = "GBP" if match["p"] or match["unit"].lower() == "pence" else currency
        if number is not None and whole is not None:
            yield match.start(), match.end(), Value(ValueKind.MONEY, _plain(number / 100), whole, match[0])
    for match in GRAND.finditer(text):
        number = number_of(match["number"])
        if number is not None and currency is not None:
            yield match.start(), match.end(), Value(ValueKind.MONEY, _plain(number), currency, match[0])


@lru_cache(maxsize=4)
def main_currency(text: str) -> str | None:
    """The currency that a text names most; a plain dollar sign counts for the dollars that it names by their code, else for the US."""
    counted: dict[str, int] = {}
    for match in _SIGN.finditer(text):
        code = _LETTERS.get(match[0]) or CURRENCY[match[0].lower()]
        counted[code] = counted.get(code, 0) + 1
    if not counted:
        return None
    other = sorted((code for code in counted if code in _DOLLAR_CODES), key=lambda c: (-counted[c], c))
    best = min(counted, key=lambda c: (-counted[c], c))
    return other[0] if best == "USD" and other else best


def _pair(match: re.Match[str]) -> list[float]:
    numbers = (number_of(match[name]) for name in ("number", "second") if match[name])
    return [number for number in numbers if number is not None]


def _percents(text: str) -> Iterator[tuple[int, int, Value]]:
    for match in PERCENT.finditer(text):
        for number in _pair(match):
            yield match.start(), match.end(), Value(ValueKind.PERCENT, _plain(number), "", match[0])
    for match in HALF.finditer(text):
        yield match.start(), match.end(), Value(ValueKind.PERCENT, 50, "", match[0].strip())


def _durations(text: str) -> Iterator[tuple[int, int, Value]]:
    short = {"min": "minute", "hr": "hour", "h": "hour"}
    for match in DURATION.finditer(text):
        unit = short.get(match["unit"].lower(), match["unit"].lower())
        if match["unit"].lower() in short and not re.match(r"\d", match["number"]) or match["unit"].lower() == "h" and "-" in match[0]:
            continue  # "eighth" and "4-H" are no hours
        if match["business"] and unit == "day":
            unit = "business_day"
        for number in _pair(match):
            factor, named = (2, "week") if unit == "fortnight" else (1, unit)
            yield match.start(), match.end(), Value(ValueKind.DURATION, _plain(number * factor), named, match[0])
    yield from _lone_durations(text)


def _lone_durations(text: str) -> Iterator[tuple[int, int, Value]]:
    """Durations that name no number or no unit: "net 45", "next working day", "a fortnight", "within a week", "every second day"."""
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
    for match in EVERY.finditer(text):
        yield match.start(), match.end(), Value(ValueKind.DURATION, _ORDINALS[match["nth"].lower()], match["unit"].lower(), match[0])
    for match in SINGLE.finditer(text):
        part = "span" if match["span"] else "other"
        unit = (match["unit"] or match["of"]).lower()
        yield match.start(part), match.end(part), Value(ValueKind.DURATION, 1, unit, match[part])


def _counts(text: str) -> Iterator[tuple[int, int, Value]]:
    for match in MEASURE.finditer(text):
        for measured in _pair(match):
            yield match.start(), match.end(), Value(ValueKind.COUNT, _plain(measured), match["unit"], match[0])
    for match in MONTH_DAY.finditer(text):
        yield match.start(), match.end(), Value(ValueKind.COUNT, int(match["number"]), "day of the month", match[0])
    for match in TIMES.finditer(text):
        times = 2.0 if match["twice"] else number_of(match["number"]) or 0.0
        yield match.start(), match.end(), Value(ValueKind.COUNT, _plain(times), "times", match[0])
    for match in NTH.finditer(text):
        yield match.start(), match.end(), Value(ValueKind.COUNT, _ORDINALS[match["nth"].lower()], match["noun"], match[0])
    for match in COUNT.finditer(text):
        words = match["noun"].split()
        number = number_of(match["number"])
        if number is None or words[0] in _COUNT_STOP or words[-1] in _COUNT_STOP or match["number"].lower() == "one":
            continue
        yield match.start(), match.end(), Value(ValueKind.COUNT, _plain(number), words[-1], match[0])
