"""Reads an exact limit on a named field from a sentence that says nothing else: "The amount must not exceed EUR 500."."""

from __future__ import annotations

import re
from dataclasses import dataclass

from answer.naming import is_filler, places_of
from domain.numerals import NUMBER, number_of
from domain.quantities import values_in
from domain.value import ValueKind


@dataclass(frozen=True, slots=True)
class Bound:
    """``keyword``: minimum, maximum, exclusiveMinimum or exclusiveMaximum. ``kind``: money, percent or count.

    ``unit``: the ISO code of money, the noun of a count, else "".
    """

    keyword: str
    number: float
    kind: ValueKind
    unit: str


_MUST = r"(?:must|shall|may|can|should|is|are|has\sto|have\sto)"
_CUES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (keyword, re.compile(rf"\s+{cue}\s+(?={NUMBER}|[^\W\d]|\W)", re.I))
    for keyword, cue in (
        ("maximum", rf"(?:{_MUST}\s(?:not|never)|cannot)\s(?:exceed|be\s(?:more|higher|greater)\sthan|be\s(?:above|over))"),
        ("maximum", rf"{_MUST}\s(?:be\s)?(?:at\smost|not?\s(?:more|higher|greater)\sthan|limited\sto)"),
        ("exclusiveMaximum", rf"{_MUST}\s(?:be\s)?(?:below|under|(?:less|lower|smaller)\sthan)"),
        ("minimum", rf"(?:{_MUST}\s(?:not|never)|cannot)\s(?:be|fall)\s(?:below|under|(?:less|lower)\sthan)"),
        ("minimum", rf"{_MUST}\s(?:be\s)?(?:at\sleast|not?\s(?:less|lower|fewer)\sthan)"),
        ("exclusiveMinimum", r"(?:must|shall)\s(?:be\s)?(?:exceed|above|over|(?:more|higher|greater)\sthan)"),
    )
)
_NAMED = re.compile(r"\s(?:on|of|in)\s", re.I)
_BARE = re.compile(rf"(?P<number>{NUMBER})(?:\s(?P<unit>[a-z]+))?", re.I)
_KINDS = frozenset({ValueKind.MONEY, ValueKind.PERCENT, ValueKind.COUNT})
_NOT_A_UNIT = frozenset("if unless when where for on in per and or except a an each every to of before after with without".split())
_TIME = frozenset("minute hour day week month quarter year business working calendar".split())


def bound_in(text: str, field: str, artifact: str) -> Bound | None:
    """The limit that the whole text sets on the field (of the artifact), or None where it says anything beside."""
    for start, end in places_of(text, field):
        if not is_filler(text[:start]):
            continue
        rest = _without(text[end:], artifact)
        for keyword, cue in _CUES:
            match = cue.match(rest)
            if match is not None:
                return _measured(keyword, rest[match.end() :], artifact)
    return None


def _without(rest: str, artifact: str) -> str:
    """The text after its leading "on the <artifact>"."""
    for start, end in places_of(rest, artifact):
        lead = _NAMED.match(rest)
        if lead is not None and is_filler(rest[lead.end() : start]):
            return rest[end:]
    return rest


def _measured(keyword: str, tail: str, artifact: str) -> Bound | None:
    value = next((v for v in values_in(tail) if tail.startswith(v.text)), None)
    if value is not None and value.kind not in _KINDS:
        return None
    if value is not None:
        number, kind, unit, length = float(value.value), value.kind, value.unit, len(value.text)
    else:
        match = _BARE.match(tail)
        found = number_of(match["number"]) if match else None
        if match is None or found is None:
            return None
        named = (match["unit"] or "").lower()
        whole = bool(named) and named not in _NOT_A_UNIT
        number, kind, unit, length = found, ValueKind.COUNT, named if whole else "", match.end() if whole else match.end("number")
    if unit.rstrip("s") in _TIME or _without(tail[length:], artifact).strip(" .;"):
        return None
    return Bound(keyword, number, kind, unit)
