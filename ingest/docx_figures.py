"""How Word writes a count: "iv", "bb", "03", "Twenty-First"."""

from __future__ import annotations

import re

_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip
_CHICAGO = "*†‡§"
_PADDED = {"decimalZero": 2, "numberInDash": 1}


def figure(count: int, style: str) -> str:
    """The count in one of Word's number formats; what is not known is written in digits, as Word does for formats it lacks."""
    if style in ("lowerLetter", "upperLetter") and count > 0:
        letter = chr(ord("a") + (count - 1) % 26) * min((count - 1) // 26 + 1, 5)
        return letter if style == "lowerLetter" else letter.upper()
    if style in ("lowerRoman", "upperRoman") and 0 < count < 4000:
        return roman(count) if style == "lowerRoman" else roman(count).upper()
    if style in ("cardinalText", "ordinalText") and 0 < count < 1000:
        return _cased(_cardinal(count) if style == "cardinalText" else _ordinal(count))
    return _in_digits(count, style)


def _in_digits(count: int, style: str) -> str:
    if style == "ordinal":
        return f"{count}{_suffix(count)}"
    if style == "hex":
        return f"{count:X}"
    if style == "chicago" and count > 0:
        return _CHICAGO[(count - 1) % 4] * min((count - 1) // 4 + 1, 5)
    if style == "decimalEnclosedParen":
        return f"({count})"
    if style == "decimalEnclosedFullstop":
        return f"{count}."
    # A format of its own shows the first numbers: "001, 002, 003, ...".
    if own := re.match(r"(0*)1\b", style):
        return str(count).zfill(len(own[1]) + 1)
    return str(count).zfill(_PADDED.get(style, 1))


def roman(count: int) -> str:
    """Lower-case Roman figures of a positive number."""
    parts = []
    for value, letters in _ROMAN:
        parts.append(letters * (count // value))
        count %= value
    return "".join(parts)


def _suffix(count: int) -> str:
    return "th" if count % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")


def _cardinal(count: int) -> str:
    if count < 20:
        return _ONES[count]
    if count < 100:
        return _TENS[count // 10] + (f"-{_ONES[count % 10]}" if count % 10 else "")
    return f"{_ONES[count // 100]} hundred" + (f" {_cardinal(count % 100)}" if count % 100 else "")


def _ordinal(count: int) -> str:
    words = _cardinal(count)
    cut = max(words.rfind(" "), words.rfind("-")) + 1
    last = words[cut:]
    return words[:cut] + (_ORDINALS.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th"))


def _cased(words: str) -> str:
    return words[:1].upper() + words[1:]
