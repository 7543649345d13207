"""A quantity as it was written and as code compares it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.errors import Defect


class ValueKind(StrEnum):
    MONEY = "money"
    PERCENT = "percent"
    DURATION = "duration"
    COUNT = "count"
    DATE = "date"
    TIME = "time"


DURATION_UNITS = frozenset({"minute", "hour", "day", "business_day", "week", "month", "quarter", "year"})


@dataclass(frozen=True, slots=True)
class Value:
    """``value`` is a number for money, percent, duration and count, an ISO date, or ``HH:MM``.

    ``unit``: the ISO 4217 code of money, one of DURATION_UNITS, the noun of a count, else "". ``text``: as written.
    """

    kind: ValueKind
    value: float | int | str
    unit: str
    text: str

    def __post_init__(self) -> None:
        if self.kind is ValueKind.DURATION and self.unit not in DURATION_UNITS:
            raise Defect(f"{self.unit!r} is no unit of duration")
        if self.kind in (ValueKind.DATE, ValueKind.TIME) and not isinstance(self.value, str):
            raise Defect(f"a {self.kind} is a string, got {self.value!r}")
