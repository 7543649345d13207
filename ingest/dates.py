"""Dates as documents write them, and the two that matter: when it was issued and from when it holds."""

from __future__ import annotations

import re
from datetime import date

_NAMES = "january february march april may june july august september october november december".split()
_MONTHS = {short: n + 1 for n, name in enumerate(_NAMES) for short in (name, name[:3], name[:4])}
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?"
)
DATE = (
    r"(?:\d{4}-\d{2}-\d{2}"
    rf"|(?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)?(?:\s+day)?(?:\s+of)?\s+{_MONTH},?\s+\d{{4}}"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}})"
)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_DAY_FIRST = re.compile(rf"(?i)(\d{{1,2}})(?:st|nd|rd|th)?(?:\s+day)?(?:\s+of)?\s+({_MONTH}),?\s+(\d{{4}})")
_MONTH_FIRST = re.compile(rf"(?i)({_MONTH})\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})")
_EFFECTIVE = (
    re.compile(
        rf"(?i)\b(?:effective|in force|valid|applies|applicable)(?:\s+(?:date|as\s+of|from|on"
        rf"|with\s+effect\s+from))*\s*[:,(]?\s*(?:is\s+|as\s+of\s+)?({DATE})"
    ),
    re.compile(rf"(?i)\b(?:takes?|with)\s+effect\s+(?:on|from|as\s+of)\s+({DATE})"),
    re.compile(rf"(?i)\b(?:comes?|came)\s+into\s+force\s+on\s+({DATE})"),
    re.compile(rf"(?i)({DATE})\s*[,(]*\s*(?:\(?the\s+)?[\"“'‘]?effective\s+date"),
)
_ISSUED = (
    re.compile(
        rf"(?i)\b(?:issued|issue\s+date|date\s+of\s+issue|dated|published|adopted|approved)(?:\s+(?:on|as\s+of|as|of"
        rf"|this))*\s*:?\s*({DATE})"
    ),
    re.compile(rf"(?i)\b(?:made|entered\s+into|executed|signed|concluded)(?:\s+(?:and|entered|into|effective|on|as|of|this))*\s+({DATE})"),
    re.compile(rf"(?i)\b(?:last\s+(?:updated|edited|revised)|revised)(?:\s+on)?\s*:?\s*({DATE})"),
)
#: Dates of a document stand on its first pages.
_HEAD = 4_000


def iso_date(text: str) -> str | None:
    """The first date in a text as YYYY-MM-DD; None where there is none, it does not exist, or is ambiguous ("03/04/2025")."""
    readings = []
    if found := _ISO.search(text):
        readings.append((found.start(), found[1], found[2], found[3]))
    if found := _DAY_FIRST.search(text):
        readings.append((found.start(), found[3], _month(found[2]), found[1]))
    if found := _MONTH_FIRST.search(text):
        readings.append((found.start(), found[3], _month(found[1]), found[2]))
    if not readings:
        return None
    _, year, month, day = min(readings)
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _month(name: str) -> str:
    return str(_MONTHS[name.lower().rstrip(".")])


def dates_of(text: str) -> tuple[str | None, str | None]:
    """(issued, effective) as ISO dates, read from the first page or so of a formal document's words."""
    head = text[:_HEAD]
    return _first(_ISSUED, head), _first(_EFFECTIVE, head)


def _first(patterns: tuple[re.Pattern[str], ...], text: str) -> str | None:
    found = [(m.start(), day) for p in patterns for m in [p.search(text)] if m and (day := iso_date(m[1]))]
    return min(found)[1] if found else None
