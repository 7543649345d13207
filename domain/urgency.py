"""How much a proposed record needs a person's eye: a pure function of the record and what is known around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.record import Documentation, Effect, Record, RecordKind, Recurrence
from domain.statement import Modality
from domain.value import ValueKind


class Cause(StrEnum):
    LOOSENS = "loosens"
    LOW_AUTHORITY = "low_authority"
    CONFLICT = "conflict"
    FLAGGED = "flagged"
    UNCERTAIN = "uncertain"
    NO_RULE = "no_rule"
    UNDOCUMENTED = "undocumented"


#: How far a cause alone moves a record up, 0 to 1. Of uncertainty it is the most that there can be.
WEIGHT = {
    Cause.LOOSENS: 0.5,
    Cause.CONFLICT: 0.4,
    Cause.LOW_AUTHORITY: 0.35,
    Cause.FLAGGED: 0.3,
    Cause.UNCERTAIN: 0.5,
    Cause.NO_RULE: 0.2,
    Cause.UNDOCUMENTED: 0.15,
}
#: Below this, confidence is worth saying something about.
SURE = 0.8
#: Up to this, authority comes from outside the organisation.
OUTSIDE = 1

_MONEY = re.compile(
    r"\b(?:pa(?:y|ys|id|yments?)|invoices?|refund\w*|discount\w*|credit\w*|fees?|pric\w+|budgets?|spend\w*|purchas\w*|deposits?|surcharges?)\b",
    re.I,
)
_ACCESS = re.compile(
    r"\b(?:access\w*|passwords?|credentials?|log[ -]?ins?|badges?|admin\w*|permissions? to enter|keys?|unlock\w*|visitors?|vpn|mfa)\b", re.I
)
_MONEY_VALUES = frozenset({ValueKind.MONEY, ValueKind.PERCENT})


@dataclass(frozen=True, slots=True)
class Reason:
    """``text``: in plain words; ``weight`` 0 to 1."""

    cause: Cause
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Urgency:
    """``score`` 0 to 1, to four places; ``reasons``: the heaviest first."""

    score: float
    reasons: tuple[Reason, ...]


def urgency(record: Record, *, bent: Record | None, flags: Sequence[str] = (), rivals: Sequence[str] = ()) -> Urgency:
    """``bent``: the record that this one overrides, where it is in force. ``flags``: why to look at it again, in plain words.

    ``rivals``: ids of records in force that it cannot hold beside. The score is 1 - (1 - w1)(1 - w2)..., so that each reason adds to it
    and none can be made up for by the lack of another.
    """
    found = [
        reason for reason in (_loosens(record, bent), _weak(record), _uncertain(record), _ruleless(record), _unwritten(record)) if reason
    ]
    if rivals:
        shown = ", ".join(sorted(rivals)[:3]) + (" and others" if len(rivals) > 3 else "")
        found.append(_reason(Cause.CONFLICT, f"it cannot hold beside {shown}"))
    found += [_reason(Cause.FLAGGED, flag) for flag in flags]
    left = 1.0
    for reason in found:
        left *= 1 - reason.weight
    return Urgency(round(1 - left, 4), tuple(sorted(found, key=lambda it: (-it.weight, it.cause.value, it.text))))


def _reason(cause: Cause, text: str) -> Reason:
    return Reason(cause, text, WEIGHT[cause])


def _loosens(record: Record, bent: Record | None) -> Reason | None:
    """An exception that asks for less than the rule does, where the rule or it is about money or about who gets in."""
    allows = record.effect is None and record.modality is Modality.PERMISSION
    if record.kind is not RecordKind.EXCEPTION or not (record.effect in (Effect.LIFTS, Effect.RELAXES) or allows):
        return None
    about = _about(record) or (_about(bent) if bent else "")
    return _reason(Cause.LOOSENS, f"it loosens a rule about {about}") if about else None


def _about(record: Record) -> str:
    words = f"{record.statement} {record.action or ''}"
    if _ACCESS.search(words):
        return "access"
    return "money" if _MONEY.search(words) or any(value.kind in _MONEY_VALUES for value in record.values) else ""


def _weak(record: Record) -> Reason | None:
    if record.authority > OUTSIDE:
        return None
    return _reason(Cause.LOW_AUTHORITY, f"who says so has little authority: {record.authority_reason}")


def _uncertain(record: Record) -> Reason | None:
    """The heavier the less certain."""
    if record.confidence >= SURE:
        return None
    weight = round(WEIGHT[Cause.UNCERTAIN] * (SURE - record.confidence) / SURE, 4)
    return Reason(Cause.UNCERTAIN, f"it was read with a confidence of {record.confidence:.2f} only", weight)


def _ruleless(record: Record) -> Reason | None:
    if record.kind is not RecordKind.EXCEPTION or record.overrides is not None:
        return None
    return _reason(Cause.NO_RULE, "it is an exception, and no rule was found that it is one to")


def _unwritten(record: Record) -> Reason | None:
    if record.documentation is not Documentation.UNDOCUMENTED or record.recurrence is not Recurrence.STANDING:
        return None
    times = "once" if record.occasions == 1 else f"{record.occasions} times"
    return _reason(Cause.UNDOCUMENTED, f"it is a standing practice that no formal document states, seen {times}")
