"""Numbers in digits and in English words, with the notations that business mail uses (5k, 5.000, two and a half)."""

from __future__ import annotations

import re

UNITS = dict(zip(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen "
    "fourteen fifteen sixteen seventeen eighteen nineteen".split(),
    range(20), strict=True,
))  # fmt: skip
TENS = dict(zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True))
SCALES = {"hundred": 100, "thousand": 1_000, "grand": 1_000, "million": 1_000_000}
WORD = "|".join([*UNITS, *TENS, *SCALES])
#: A number: digits with separators and an optional k or m, or number words joined by hyphens, blanks or "and".
NUMBER = (
    r"(?:\d{1,15}(?:[.,'\u00a0\u202f ]\d{3}){1,5}(?:[.,]\d{1,2})?|\d{1,15}(?:[.,]\d{1,9})?)"
    r"(?:\s?(?:k|K|m(?:io|ln)?|thousand|million|grand)\b)?|"
    rf"(?:{WORD})(?:(?:[\s-]|\sand\s)(?:{WORD})){{0,8}}"
)
_MULTIPLIER = {"k": 1e3, "thousand": 1e3, "grand": 1e3, "m": 1e6, "mio": 1e6, "mln": 1e6, "million": 1e6}


def number_of(text: str) -> float | None:
    """The number that NUMBER matched, or None; one separator before exactly three digits groups thousands, else it is a decimal point."""
    text = text.strip()
    if not text or not text[0].isdigit():
        return _from_words(text)
    match = re.fullmatch(r"([\d.,'\u00a0\u202f ]*\d)\s?([A-Za-z]*)", text)
    if match is None:
        return None
    digits, suffix = match[1], match[2].lower()
    scale = _MULTIPLIER.get(suffix, 1.0)
    digits = re.sub(r"['\u00a0\u202f ]", "", digits)
    last = max(digits.rfind("."), digits.rfind(","))
    if last >= 0:
        tail = digits[last + 1 :]
        grouped = len(tail) == 3 and scale == 1.0 and not digits.startswith("0")
        whole = re.sub(r"[.,]", "", digits[:last])
        digits = whole + tail if grouped else f"{whole}.{tail}"
    return float(digits) * scale


def _from_words(text: str) -> float | None:
    total, current, seen = 0, 0, False
    for word in re.split(r"[\s-]+", text.lower()):
        if word in UNITS:
            current += UNITS[word]
        elif word in TENS:
            current += TENS[word]
        elif word == "hundred":
            current = max(current, 1) * 100
        elif word in SCALES:
            total, current = total + max(current, 1) * SCALES[word], 0
        elif word != "and":
            return None
        seen = seen or word != "and"
    return float(total + current) if seen else None
