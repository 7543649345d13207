"""Turns words of the command line into values: facts, days, statuses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime

from domain.errors import InvalidQuestion
from domain.question import FactValue

#: No leading zeros: 0417 is the number of an invoice, not an amount.
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,10})?")


def day_of(text: str | None) -> str:
    """An ISO date, today in UTC where none is given; raises InvalidQuestion."""
    if text is None:
        return datetime.now(UTC).date().isoformat()
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise InvalidQuestion(f"--as-of is a day as YYYY-MM-DD, not {text!r}")


def facts_of(pairs: Sequence[str]) -> tuple[tuple[str, FactValue], ...]:
    """``NAME=VALUE`` each, by name; raises InvalidQuestion."""
    facts: dict[str, FactValue] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not name.strip() or not equals:
            raise InvalidQuestion(f"--fact is NAME=VALUE, not {pair!r}; NAME= says that the thing is known to be absent")
        facts[name.strip()] = fact_of(value.strip())
    return tuple(sorted(facts.items()))


def fact_of(value: str) -> FactValue:
    """Nothing and ``null`` are a known absence; numbers, true and false are such; the rest is text."""
    words: dict[str, FactValue] = {"": None, "null": None, "true": True, "false": False}
    if value in words:
        return words[value]
    if _NUMBER.fullmatch(value):
        return float(value) if "." in value else int(value)
    return value


def listed(values: Sequence[str]) -> frozenset[str] | None:
    """Repeated options and commas both make a list; None for an empty one."""
    return frozenset(part.strip() for value in values for part in value.split(",") if part.strip()) or None
