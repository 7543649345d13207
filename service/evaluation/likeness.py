"""When two fields mean the same: noun phrases, names, amounts."""

from __future__ import annotations

from collections.abc import Iterable

from service.evaluation.matching import words_of

_DETERMINERS = frozenset("the a an all any each every our their".split())
#: Kinds of value whose unit says nothing: a count's noun is worded freely.
_UNITLESS = frozenset({"percent", "date", "time", "count"})

ValueKey = tuple[str, float | str, str]


def same_phrase(a: str | None, b: str | None) -> bool:
    """The same noun phrase but for determiners and number: half of the shorter one's words are in the other."""
    x, y = ({word.rstrip("s") for word in words_of(text)} - _DETERMINERS for text in (a, b))
    return bool(x & y) and len(x & y) >= 0.5 * min(len(x), len(y))


def same_names(a: Iterable[str], b: Iterable[str]) -> bool:
    """Each name on one side is contained in, or contains, one on the other: Kestrel and Kestrel Metals."""
    x, y = ([name for name in (set(words_of(text)) for text in side) if name] for side in (a, b))
    return _all_met(x, y) and _all_met(y, x)


def _all_met(names: list[set[str]], others: list[set[str]]) -> bool:
    return all(any(name <= other or other <= name for other in others) for name in names)


def value_key(kind: str, value: float | int | str, unit: str | None) -> ValueKey:
    """Equal for amounts that are the same: 5,000 and 5000.0, day and days, eur and EUR."""
    number: float | str
    try:
        number = round(float(str(value).replace(",", "")), 4)
    except ValueError:
        number = str(value).strip().lower()
    name = (unit or "").strip().lower()
    return kind, number, "" if kind in _UNITLESS else name.upper() if kind == "money" else name.rstrip("s")
