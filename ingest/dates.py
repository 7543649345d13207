"""Dates as documents write them, and the three that matter: when it was issued, from when it holds and when it was signed."""

from __future__ import annotations

import re
from datetime import date

#: English, German and French, with the short forms that are in use.
_MONTH_NAMES = (
    "january jan januar jänner janvier janv", "february feb februar février févr fevrier", "march mar märz maerz mars",
    "april apr avril avr",
    "may mai", "june jun juni juin", "july jul juli juillet juil", "august aug août aout", "september sep sept septembre",
    "october oct oktober okt octobre", "november nov novembre", "december dec dezember dez décembre decembre déc",
)  # fmt: skip
_MONTHS = {name: n + 1 for n, names in enumerate(_MONTH_NAMES) for name in names.split()}
#: Any word; whether it names a month is looked up, for a pattern of all the names is slow to compile and slow to try.
_WORD = r"[^\W\d_]{3,10}"
_UNITS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
)
_CARDINALS = {w: n + 1 for n, w in enumerate(_UNITS)} | {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70}
_CARDINALS |= {"eighty": 80, "ninety": 90}
_ORDINALS = {
    w: n + 1
    for n, w in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth "
        "seventeenth eighteenth nineteenth twentieth".split()
    )
} | {"thirtieth": 30}
_ORDINAL = "(?:(?:twenty|thirty)[ -])?(?:" + "|".join(sorted(_ORDINALS, key=len, reverse=True)) + ")"
_DAY_OF = r"(?:\s*day)?(?:\s+of)?\s*"
_YEAR = r"\d{4}|(?:two thousand|nineteen hundred|twenty)(?:[ -][a-z]{3,9}){0,3}"
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_DAY_FIRST = re.compile(rf"(?i)(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|er|\.)?{_DAY_OF}({_WORD})\.?,?\s+(\d{{4}})")
_WORDED = re.compile(rf"(?i)\b(?=[efnst])({_ORDINAL}){_DAY_OF}({_WORD})\.?,?\s+({_YEAR})")
_MONTH_FIRST = re.compile(rf"(?i)(?<!\w)({_WORD})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})")
_DOTTED = re.compile(r"(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?!\d)")
_SLASHED = re.compile(r"(?<![\d/-])(\d{1,2})([/-])(\d{1,2})\2(\d{4})(?!\d)")
_FORMS = (_ISO, _DAY_FIRST, _WORDED, _MONTH_FIRST, _DOTTED, _SLASHED)
_THE = re.compile(r"(?i)(?:the\s+)?")

_EFFECTIVE_DATE = re.compile(r"[Ee]ffective\s+[Dd]ate|EFFECTIVE\s+DATE")
_GAP = r"[\s:,(|\"“”]*+"
_EFFECTIVE = (
    re.compile(
        rf"(?i)\b(?:effective|in\s+force|valid|applies|applicable|gültig)(?:\s+(?:date|as\s+of|from|since|on|ab"
        rf"|with\s+effect\s+from))*{_GAP}(?:is\s+|as\s+of\s+)?"
    ),
    re.compile(r"(?i)\b(?:takes?|with)\s+effect\s+(?:on|from|as\s+of)\s+"),
    re.compile(r"(?i)\b(?:comes?|came|enters?|entered)\s+into\s+(?:force|effect)\s+on\s+"),
)
#: What stands between a date and the name it is given after it: 1 March 2025 (the "Effective Date").
_NAMED_AFTER = re.compile(r"(?i)\s*+[,(]*+\s*+(?:\(?(?:the|hereinafter)\s++)?[\"“'‘]?(?:the\s++)?")
_ISSUED = (
    re.compile(rf"(?i)\b(?:issued|issue\s+date|date\s+of\s+issue|dated|published|adopted|approved)(?:\s+(?:on|as\s+of|as|of|this))*{_GAP}"),
    re.compile(
        r"(?i)\b(?:made|entered\s+into|executed|signed|concluded)(?:\s+(?:and|entered|into|effective|on|as|of|this"
        r"|the))*\s+"
    ),
    re.compile(rf"(?i)\b(?:last\s+(?:updated|edited|revised)|revised)(?:\s+on)?{_GAP}"),
)
_DATED_LINE = re.compile(rf"(?im)\bdated?(?:\s+of\s+signature)?{_GAP}")
_NEAR_NAME = re.compile(
    r"(?im)(?:^|\s)(?:by|name|title|its|signature|position|witness)\s*(?::|/s/|_{3,})|\bsigned\s*(?::|for\b|by\b|on behalf)"
    r"|for and on behalf of"
)
_SIGNED = re.compile(
    r"(?i)\b(?:executed|signed|unterzeichnet)(?:\s+(?:and|delivered|sealed|by|the|parties|both|this|on|as|of|at"
    r"|in(?:\s+\w+)?)){0,8}[\s,:]+"
)
_WITNESS = re.compile(r"(?i)\bin\s+witness\s+(?:whereof|hereof)")
_ON = re.compile(r"(?i)\b(?:as\s+of|on|this)\s+")
_ABOVE = re.compile(r"(?is)\bin\s+witness\s+(?:whereof|hereof).{0,400}?(?:first|last)\s+(?:above\s+)?(?:written|set\s+forth|mentioned)")
#: Dates of a document stand on its first pages, those of the signatures on its last.
_HEAD = 4_000
_TAIL = 12_000
#: Characters that are asked for the order of day and month.
_ENOUGH = 30_000


def day_comes_first(text: str) -> bool | None:
    """Whether "03/04/2025" is the third of April here, told by dates that can be read one way only; None where there are none."""
    first = second = 0
    for found in _SLASHED.finditer(text, 0, _ENOUGH) if "/" in text or "-" in text else ():
        first += int(found[1]) > 12 >= int(found[3])
        second += int(found[3]) > 12 >= int(found[1])
    return None if bool(first) == bool(second) else first > 0


def iso_date(text: str, *, day_first: bool | None = None) -> str | None:
    """The first date in a text as YYYY-MM-DD; None where there is none, it does not exist, or is ambiguous ("03/04/2025")."""
    found = ((m.start(), parts) for form in _FORMS for m in form.finditer(text) if (parts := _parts(form, m, day_first)))
    first = min(found, default=None)
    return _iso(first[1]) if first else None


def date_at(text: str, at: int, *, day_first: bool | None = None) -> tuple[str, int] | None:
    """(day, end) of the date that begins at ``at``, an article before it or not; None where none begins there."""
    the = _THE.match(text, at)
    at = the.end() if the else at
    for form in _FORMS:
        found = form.match(text, at)
        if found and (parts := _parts(form, found, day_first)) and (day := _iso(parts)):
            return day, found.end()
    return None


def _iso(parts: tuple[int, int, int]) -> str | None:
    try:
        return date(*parts).isoformat()
    except ValueError:
        return None


def _parts(form: re.Pattern[str], found: re.Match[str], day_first: bool | None) -> tuple[int, int, int] | None:
    """(year, month, day) of a match of one of _FORMS, not checked against the calendar; None where a word names no month."""
    if form is _ISO:
        return int(found[1]), int(found[2]), int(found[3])
    if form is _DOTTED:
        return int(found[3]), int(found[2]), int(found[1])
    if form is _SLASHED:
        day, month = _in_order(int(found[1]), int(found[3]), day_first)
        return int(found[4]), month, day
    name, day_words = (found[1], found[2]) if form is _MONTH_FIRST else (found[2], found[1])
    named = _MONTHS.get(name.lower())
    year = _year(found[3])
    return (year, named, int(day_words) if day_words.isdigit() else _ordinal(day_words)) if named and year else None


def _in_order(one: int, two: int, day_first: bool | None) -> tuple[int, int]:
    """(day, month) of "one/two"; both 0 where it cannot be told."""
    if one > 12 or one == two:
        return one, two
    if two > 12:
        return two, one
    return (0, 0) if day_first is None else (one, two) if day_first else (two, one)


def _ordinal(words: str) -> int:
    *tens, last = re.split(r"[ -]", words.lower())
    return sum(_CARDINALS[t] for t in tens) + _ORDINALS[last]


def _year(words: str) -> int | None:
    """2024 of "two thousand and twenty-four", 1998 of "nineteen hundred and ninety-eight"; other words end it."""
    if words.isdigit():
        return int(words)
    first, *rest = re.split(r"[\s-]+", words.lower())
    year = {"two": 2000, "nineteen": 1900, "twenty": 2000}[first]
    for word in rest:
        if word in _CARDINALS:
            year += _CARDINALS[word]
        elif word not in ("and", "thousand", "hundred"):
            break
    return year


def dates_of(text: str, *, day_first: bool | None = None) -> tuple[str | None, str | None]:
    """(issued, effective) as ISO dates, read from the first page or so of a formal document's words."""
    head = text[:_HEAD]
    effective = _first(_EFFECTIVE, head, day_first)
    named = _named_effective(head, day_first)
    return _day(_first(_ISSUED, head, day_first)), _day(min((f for f in (effective, named) if f), default=None))


def _named_effective(head: str, day_first: bool | None) -> tuple[int, str] | None:
    """The date just before the words "effective date"."""
    for words in _EFFECTIVE_DATE.finditer(head):
        for at in range(max(0, words.start() - 60), words.start()):
            begins = not head[at - 1 : at].isalnum() and head[at].isalnum()
            found = date_at(head, at, day_first=day_first) if begins else None
            if found and found[1] <= words.start() and _NAMED_AFTER.fullmatch(head, found[1], words.start()):
                return words.start(), found[0]
    return None


def _day(found: tuple[int, str] | None) -> str | None:
    return found[1] if found else None


def signed_on(text: str, *, day_first: bool | None = None) -> str | None:
    """The day of the latest signature, as signature blocks and closing words give it; None where nothing says that anybody signed."""
    tail = text[-_TAIL:]
    found: list[str] = []
    for words in _WITNESS.finditer(tail):
        found += _after(_ON, tail[words.end() : words.end() + 500], day_first)[:1]
    for part in (text[:_HEAD], tail):
        found += _after(_SIGNED, part, day_first)
    for line in _DATED_LINE.finditer(tail):
        day = date_at(tail, line.end(), day_first=day_first)
        if day and _NEAR_NAME.search(tail, max(0, line.start() - 300), day[1] + 200):
            found.append(day[0])
    if found:
        return max(found)
    return _day(_first(_ISSUED[:2], text[:_HEAD], day_first)) if _ABOVE.search(tail) else None


def _after(words: re.Pattern[str], text: str, day_first: bool | None) -> list[str]:
    """The days that stand right behind the words."""
    return [day[0] for m in words.finditer(text) if (day := date_at(text, m.end(), day_first=day_first))]


def _first(patterns: tuple[re.Pattern[str], ...], text: str, day_first: bool | None) -> tuple[int, str] | None:
    """(offset, day) of the earliest date that follows any of the words."""
    found = [(m.start(), day[0]) for p in patterns for m in p.finditer(text) if (day := date_at(text, m.end(), day_first=day_first))]
    return min(found, default=None)
